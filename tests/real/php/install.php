<?php
// Makes the database and installs WordPress into it, empty but for its administrator.
define('WP_INSTALLING', true);
$site = json_decode(file_get_contents(__DIR__ . '/site.json'), true);
$database = new mysqli('localhost', 'root', '', '', 0, $site['socket']);
$database->query('CREATE DATABASE wordpress CHARACTER SET utf8mb4');

/** Instead of WordPress's "Hello world!" post, page and comment: its one category. */
function wp_install_defaults($user_id) {
    global $wpdb;
    $wpdb->insert($wpdb->terms, ['term_id' => 1, 'name' => 'Uncategorized', 'slug' => 'uncategorized']);
    $wpdb->insert($wpdb->term_taxonomy, ['term_id' => 1, 'taxonomy' => 'category', 'description' => '']);
    update_option('default_category', 1);
}

require __DIR__ . '/wp-config.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
// With a structure given, WordPress does not ask itself over HTTP whether pretty links work.
$structure = fn() => '/%year%/%monthnum%/%postname%/';
add_filter('pre_option_permalink_structure', $structure);
wp_install('The Test Magazine', 'admin', 'admin@example.org', true, '', 'secret');
remove_filter('pre_option_permalink_structure', $structure);
update_option('permalink_structure', $structure());
