<?php
// Every request of the test's WordPress: noted, perhaps spoilt, then answered by WordPress.
$path = rawurldecode((string) parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH));
$note = [
    'method' => $_SERVER['REQUEST_METHOD'],
    'target' => $_SERVER['REQUEST_URI'],
    'agent' => $_SERVER['HTTP_USER_AGENT'] ?? '',
    'time' => microtime(true),
];
file_put_contents(__DIR__ . '/requests.jsonl', json_encode($note) . "\n", FILE_APPEND | LOCK_EX);

if (@file_get_contents(__DIR__ . '/fault') === 'outage') {
    http_response_code(503);
    header('Content-Type: text/html');
    echo '<h1>Error establishing a database connection</h1>';
    return true;
}
if (preg_match('~^/(wp-includes|wp-content/themes)/[\w./-]+\.(css|js|png|svg|woff2)$~', $path)) {
    return false;  // a file of the package, from the document root
}
$upload = __DIR__ . $path;
if (preg_match('~^/wp-content/uploads/\d+/\d+/[\w-]+\.jpg$~', $path) && is_file($upload)) {
    header('Content-Type: image/jpeg');
    header('ETag: "' . md5_file($upload) . '"');
    readfile($upload);
    return true;
}
if (str_ends_with($path, '.php') && $path !== '/index.php') {
    http_response_code(404);  // logins, cron and XML-RPC would read Debian's configuration
    return true;
}
// PHP's own server derives these from the path, which WordPress would take for a sub-directory.
$_SERVER['SCRIPT_NAME'] = $_SERVER['PHP_SELF'] = '/index.php';
unset($_SERVER['PATH_INFO']);

define('WP_USE_THEMES', true);  // pages and sitemaps, too
require __DIR__ . '/wp-config.php';
$wp_did_header = true;
wp();
require_once ABSPATH . WPINC . '/template-loader.php';
