<?php
// A WordPress at hand: reads a line {"code", "args"}, runs the code, answers a line {"value"} or {"error"}.
require __DIR__ . '/wp-config.php';
require_once ABSPATH . 'wp-admin/includes/post.php';

/** Runs *code* where it sees nothing but $args. */
function harness_eval(string $code, array $args) {
    return eval($code);
}

while (($line = fgets(STDIN)) !== false) {
    $asked = json_decode($line, true);
    wp_cache_flush();  // the web server's processes write too
    ob_start();
    try {
        $answer = ['value' => harness_eval($asked['code'], $asked['args'])];
    } catch (Throwable $error) {
        $answer = ['error' => get_class($error) . ': ' . $error->getMessage()];
    }
    ob_end_clean();
    fwrite(STDOUT, json_encode($answer, JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
    fflush(STDOUT);
}
