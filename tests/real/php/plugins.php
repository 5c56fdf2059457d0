<?php
// Answers as plugins do, each kind by a shortcode or by the meta of a post. Copied to mu-plugins by the tests that want it.

/** A number that is another one in every answer: a view counter, a nonce, a time left. */
function plugged_number(): int {
    $file = fopen(HARNESS . '/answers', 'c+');
    flock($file, LOCK_EX);
    $number = 1 + (int) stream_get_contents($file);
    ftruncate($file, 0);
    rewind($file);
    fwrite($file, (string) $number);
    fclose($file);
    return $number;
}

/** Other posts with their words, in the markup of a plugin. */
function plugged_posts(string $open, string $item, string $close): string {
    $list = '';
    foreach (get_posts(['numberposts' => 3]) as $post) {
        $list .= sprintf($item, $post->ID, esc_html($post->post_title), $post->post_content);
    }
    return $open . $list . $close;
}

add_shortcode('plugged_loop', fn() => plugged_posts(
    '<h3>Latest</h3><div class="loop">',
    '<article id="post-%1$d" class="post-%1$d post type-post status-publish hentry"><h2>%2$s</h2>%3$s</article>', '</div>'
));
add_shortcode('plugged_related', fn() => plugged_posts(
    '<div class="my-related-posts"><h3>Read on</h3><ul>', '<li><a href="/?p=%1$d">%2$s</a></li>', '</ul></div>'
));
add_shortcode('plugged_contents', fn() => plugged_posts(
    '<div class="my-table-of-contents"><p>Contents</p><ol>', '<li><a href="#h-%1$d">%2$s</a></li>', '</ol></div>'
));
add_shortcode('plugged_numbers', function () {
    $n = plugged_number();
    return "<span class='reading-time'>$n minutes</span><div class='post-views'>$n views</div>"
        . "<div class='social-share'>$n shares</div><div class='my-countdown-timer'>$n seconds</div>"
        . "<form action='" . esc_url($_SERVER['REQUEST_URI']) . "' method='post'><input name='name' type='text'>"
        . "<input name='_wpnonce' type='hidden' value='$n'><label>Your name $n</label></form>";
});
add_shortcode('plugged_tabs', fn() => '<div class="my-tabs"><ul class="tabs-nav" role="tablist"><li><a href="#n">North</a></li>'
    . '<li><a href="#s">South</a></li></ul><div id="n" class="tab-pane">Rain.</div><div id="s" class="tab-pane" hidden>Sun.</div></div>');
add_shortcode('plugged_picture', fn() => '<figure><img class="lazy" src="data:image/gif;base64,R0lGODlhAQABAAAAACw="'
    . ' data-my-src="/wp-content/uploads/tram.jpg" alt="A tram"><noscript><img src="/wp-content/uploads/tram.jpg" alt="A tram"></noscript></figure>');

add_filter('the_content', function ($content) {
    if (!get_post_meta(get_the_ID(), 'plugged_wall', true)) {
        return $content;
    }
    return '<div class="pmpro"><div class="pmpro_content_message"><h2>Members only</h2><p>Log in to read it.</p></div></div>';
}, 99);

add_filter('the_content', fn($content) => get_post_meta(get_the_ID(), 'plugged_silent_wall', true) ? '' : $content, 99);
add_filter('get_the_excerpt', fn($excerpt, $post) => get_post_meta($post->ID, 'plugged_silent_wall', true) ? '' : $excerpt, 99, 2);
add_filter('post_class', fn($classes, $class, $id) => get_post_meta($id, 'plugged_silent_wall', true) ? [...$classes, 'rcp-no-access'] : $classes, 10, 3);

add_action('wp_head', function () {
    echo '<!-- Author Meta Tags by Molongui Authorship, visit: https://example.org/ -->';
    foreach (is_singular() ? get_post_meta(get_the_ID(), 'plugged_page_author') : [] as $name) {
        echo '<meta name="author" content="' . esc_attr($name) . '">';
    }
    echo '<!-- /Molongui Authorship -->';
});

add_filter('post_link', fn($url, $post) => get_post_meta($post->ID, '_links_to', true) ?: $url, 10, 2);

add_action('rest_api_init', function () {
    $fields = ['authors', 'coauthors', 'lang', 'translations', 'acf', 'story_body'];
    foreach ($fields as $field) {
        register_rest_field('post', $field, [
            'get_callback' => fn($post) => get_post_meta($post['id'], "plugged_$field", true) ?: ($field === 'lang' ? null : []),
        ]);
    }
    register_rest_field('post', 'class_list', ['get_callback' => fn($post) => array_values(get_post_class([], $post['id']))]);
    register_post_meta('post', '_links_to', ['show_in_rest' => true, 'single' => true, 'type' => 'string', 'auth_callback' => '__return_true']);
    register_rest_route('coauthors/v1', '/coauthors', [
        'permission_callback' => '__return_true',
        'callback' => fn($request) => !get_post_meta((int) $request['post_id'], 'plugged_coauthors', true) ? [] : [
            ['id' => 3, 'display_name' => 'Ann Bell', 'user_nicename' => 'ann', 'link' => home_url('/author/ann/')],
            ['id' => 99, 'display_name' => 'Guest of ' . (int) $request['post_id'], 'user_nicename' => 'guest', 'link' => ''],
        ],
    ]);
});
