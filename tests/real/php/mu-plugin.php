<?php
// What the test's WordPress has beyond WordPress: a post type, faults, and changes during requests.
require_once HARNESS . '/changes.php';

/** Nothing is ever mailed. */
function wp_mail() {
    return true;
}

add_action('init', function () {
    register_post_type('news', [
        'label' => 'News', 'public' => true, 'has_archive' => true, 'show_in_rest' => true,
        'rewrite' => ['slug' => 'news'], 'taxonomies' => ['region'],
        'supports' => ['title', 'editor', 'author', 'excerpt', 'thumbnail', 'comments'],
    ]);
    register_taxonomy('region', ['post', 'news'], [
        'label' => 'Regions', 'public' => true, 'hierarchical' => true, 'show_in_rest' => true,
    ]);
    register_post_type('ledger', ['label' => 'Ledger', 'public' => false, 'show_in_rest' => false]);
});

/** The state that the tests set: a word, or "" where nothing is set. */
function harness_state(string $name): string {
    return trim((string) @file_get_contents(HARNESS . '/' . $name));
}

// A post whose content is fatal, as with a broken plugin; with "everywhere", in every listing that holds it.
add_filter('the_content', function ($content) {
    if (get_the_ID() == (int) harness_state('broken_content')) {
        throw new Error('Call to undefined function broken_shortcode()');
    }
    return $content;
});
foreach (['post', 'news'] as $type) {
    add_filter("rest_prepare_$type", function ($response, $post) {
        if ($post->ID == (int) harness_state('broken_everywhere')) {
            throw new Error('Call to undefined function broken_field()');
        }
        return $response;
    }, 10, 2);
}

/** Whether a route lists or shows posts, and not what belongs to them. */
function harness_is_posts(string $route): bool {
    return (bool) preg_match('~^/wp/v2/(posts|news)(/\d+)?$~', $route);
}

// Changes that a test has laid down for "before the nth request for posts" happen in that request.
add_filter('rest_pre_dispatch', function ($result, $server, $request) {
    if (!harness_is_posts($request->get_route())) {
        return $result;
    }
    $counter = fopen(HARNESS . '/posts_requests', 'c+');
    flock($counter, LOCK_EX);
    $number = (int) stream_get_contents($counter) + 1;
    ftruncate($counter, 0);
    rewind($counter);
    fwrite($counter, (string) $number);
    fflush($counter);
    foreach (json_decode(harness_state("before.$number") ?: '[]', true) as [$name, $args]) {
        Changes::apply($name, $args);
    }
    flock($counter, LOCK_UN);
    return $result;
}, 10, 3);

// Lists that do not do what they are asked for: "stripped", "window N", "bound N", "heavy N",
// "without PARAMETER", "more N" (rows than asked for), "shuffled".
add_filter('rest_pre_dispatch', function ($result, $server, $request) {
    if ($request->get_route() !== '/wp/v2/posts') {
        return $result;
    }
    [$fault, $number] = explode(' ', harness_state('fault') . ' 0');
    $size = (int) ($request['per_page'] ?? 10);
    if ($fault === 'stripped') {
        $request->set_query_params([]);
    } elseif ($fault === 'without') {
        unset($request[$number]);
    } elseif ($fault === 'more') {
        $request['per_page'] = min(100, $size + (int) $number);
    } elseif ($fault === 'bound' && $size > (int) $number) {
        $data = ['status' => 400, 'params' => ['per_page' => "per_page ist zwischen 1 und $number"]];
        return new WP_Error('rest_invalid_param', 'Ungültig: per_page', $data);
    } elseif ($fault === 'heavy' && $size > (int) $number && str_contains($request['_fields'] ?? '', 'content')) {
        status_header(504);
        exit('<html><title>504 Gateway Time-out</title></html>');
    }
    return $result;
}, 11, 3);
add_filter('rest_post_query', function ($args) {
    [$fault, $number] = explode(' ', harness_state('fault') . ' 0');
    if ($fault === 'without' || $fault === 'shuffled') {  // with a cap, so that there are pages
        $args['posts_per_page'] = min((int) $args['posts_per_page'], 10);
    }
    if ($fault === 'shuffled') {
        $args['orderby'] = 'title';
    } elseif ($fault === 'window') {
        $left = (int) $number - (int) ($args['offset'] ?? 0);
        $args['posts_per_page'] = max(1, min((int) $args['posts_per_page'], $left));
        if ($left <= 0) {
            $args['post__in'] = [0];
        }
    }
    return $args;
});

add_filter('rest_authentication_errors', function ($result) {
    if (str_starts_with(harness_state('fault'), 'closed')) {
        return new WP_Error('rest_cannot_access', 'Only members may use this.', ['status' => 401]);
    }
    return $result;
});

add_action('do_feed_rss2', function () {
    if (harness_state('fault') === 'closed no_feed') {
        wp_die('There is no feed here.', 'No feed', ['response' => 404]);
    }
}, 1);

// The rewrite rules of a site are lost: its API answers only at ?rest_route=.
add_action('parse_request', function () {
    if (harness_state('fault') === 'no_pretty' && str_starts_with($_SERVER['REQUEST_URI'], '/wp-json')) {
        status_header(404);
        exit('<html><title>Page not found</title></html>');
    }
}, 1);

add_filter('robots_txt', function ($text) {
    return harness_state('fault') === 'no_robots' ? "User-agent: *\nDisallow: /wp-json/\n" : $text;
}, 99);

// Sites before 5.7 do not know these, and answer as if they had not been asked for.
foreach (['post', 'news'] as $type) {
    add_filter("rest_{$type}_collection_params", function ($params) {
        if (harness_state('fault') === 'old') {
            unset($params['modified_after'], $params['modified_before']);
        }
        return $params;
    });
}

add_filter('rest_post_dispatch', function ($response, $server, $request) {
    if ($request->get_route() !== '/wp/v2/posts') {
        return $response;
    }
    [$fault, $number] = explode(' ', harness_state('fault') . ' 0');
    if ($fault === 'empty') {
        $response->set_data([]);
        $response->header('X-WP-Total', 0);
        $response->header('X-WP-TotalPages', 0);
    } elseif ($fault === 'window') {
        $headers = $response->get_headers();
        $response->header('X-WP-Total', min((int) $headers['X-WP-Total'], (int) $number));
    } elseif ($fault === 'wrong_total') {
        $response->header('X-WP-Total', (int) $number);
        $response->header('X-WP-TotalPages', (int) ceil($number / 100));
    } elseif ($fault === 'no_total') {
        $headers = $response->get_headers();
        unset($headers['X-WP-Total'], $headers['X-WP-TotalPages']);
        $response->set_headers($headers);
    } elseif ($fault === 'shrunken') {
        $response->set_data(array_slice($response->get_data(), 0, 3));
        $response->header('X-WP-Total', 3);
        $response->header('X-WP-TotalPages', 1);
    }
    return $response;
}, 10, 3);
