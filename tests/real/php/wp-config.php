<?php
// The configuration of the test's own WordPress. Debian's is not read: it knows /etc only.
define('HARNESS', __DIR__);
$harness = json_decode(file_get_contents(HARNESS . '/site.json'), true);

define('DB_NAME', 'wordpress');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_HOST', 'localhost:' . $harness['socket']);
define('DB_CHARSET', 'utf8mb4');
define('WP_HOME', $harness['url']);
define('WP_SITEURL', $harness['url']);
define('WP_CONTENT_DIR', HARNESS . '/wp-content');
define('WP_CONTENT_URL', $harness['url'] . '/wp-content');
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('DISABLE_WP_CRON', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
// Nothing that was posted a month ago is swept away while the tests run.
define('EMPTY_TRASH_DAYS', 36500);
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY',
          'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) {
    define($name, "a test's own $name");
}
$table_prefix = 'wp_';
$_SERVER += ['HTTP_HOST' => parse_url(WP_HOME, PHP_URL_HOST), 'REQUEST_URI' => '/'];

define('ABSPATH', $harness['wordpress'] . '/');
require_once ABSPATH . 'wp-settings.php';
