<?php
/** What an editor does to a site, each by WordPress's own functions; and what is public afterwards. */
class Changes {
    /** Applies the change called *name*; the id of the post that it concerned. */
    public static function apply(string $name, array $args): int {
        kses_remove_filters();  // an editor may write any HTML; nobody is logged in here
        return self::$name(...$args);
    }

    /** A new post, published now; *fields* as wp_insert_post() takes them. */
    private static function insert(array $fields = []): int {
        return self::checked(wp_insert_post(wp_slash($fields) + ['post_status' => 'publish'], true));
    }

    private static function edit(int $id, array $fields): int {
        return self::checked(wp_update_post(wp_slash($fields) + ['ID' => $id], true));
    }

    private static function trash(int $id): int {
        wp_trash_post($id);
        return $id;
    }

    /** Out of the trash and published again, as its modification time says. */
    private static function restore(int $id): int {
        wp_untrash_post($id);
        return self::edit($id, ['post_status' => 'publish']);
    }

    /** Out of the trash, as a restored backup does it: published, and no time says so. */
    private static function restore_quietly(int $id): int {
        $slug = preg_replace('/__trashed(-\d+)?$/', '', get_post($id)->post_name);
        return self::write($id, ['post_status' => 'publish', 'post_name' => $slug]);
    }

    /** A new post that waits for tomorrow, written *days* ago. */
    private static function schedule(array $fields = [], int $days = 7): int {
        $tomorrow = ['post_date_gmt' => self::days_ahead(1), 'post_status' => 'future'];
        $tomorrow['post_date'] = get_date_from_gmt($tomorrow['post_date_gmt']);
        $id = self::checked(wp_insert_post(wp_slash($fields) + $tomorrow, true));
        $written = self::days_ahead(-$days);
        return self::write($id, [
            'post_modified_gmt' => $written, 'post_modified' => get_date_from_gmt($written),
        ]);
    }

    /** The time of a scheduled post has come: it is published, with its old modification time. */
    private static function publish_now(int $id): int {
        $now = self::days_ahead(0);
        self::write($id, ['post_date_gmt' => $now, 'post_date' => get_date_from_gmt($now)]);
        wp_publish_post($id);
        return $id;
    }

    private static function set_private(int $id): int {
        return self::edit($id, ['post_status' => 'private']);
    }

    /** Gone for good, past the trash. */
    private static function delete(int $id): int {
        wp_delete_post($id, true);
        return $id;
    }

    /** Columns written straight into the database: no hook runs, no time changes. */
    private static function write(int $id, array $columns): int {
        global $wpdb;
        $wpdb->update($wpdb->posts, $columns, ['ID' => $id]);
        clean_post_cache($id);
        return $id;
    }

    private static function checked($result): int {
        if (is_wp_error($result)) {
            throw new RuntimeException($result->get_error_message());
        }
        return $result;
    }

    private static function days_ahead(int $days): string {
        return gmdate('Y-m-d H:i:s', time() + $days * DAY_IN_SECONDS);
    }
}

/** The posts that anyone may read now, read from the tables and not through the API. */
function harness_published(): array {
    global $wpdb;
    $rows = $wpdb->get_results(
        "SELECT * FROM $wpdb->posts WHERE post_status = 'publish' AND post_type IN ('post', 'news')"
    );
    return array_map('harness_post', $rows);
}

/** One row of posts, with what it points to. */
function harness_post(object $row): array {
    $ids = fn($taxonomy) => wp_get_object_terms($row->ID, $taxonomy, ['fields' => 'ids']);
    $image = get_post_meta($row->ID, '_thumbnail_id', true);
    return [
        'id' => (int) $row->ID,
        'type' => $row->post_type,
        'guid' => $row->guid,
        'slug' => $row->post_name,
        'url' => get_permalink($row->ID),
        'title' => $row->post_title,
        'published' => $row->post_date_gmt,
        'modified' => $row->post_modified_gmt,
        'author' => (int) $row->post_author,
        'categories' => $ids('category'),
        'tags' => $ids('post_tag'),
        'regions' => $ids('region'),
        'image' => $image ? (int) $image : null,
        'text' => wp_strip_all_tags($row->post_content),
    ];
}

/** Tables of rows, as the seed gives them, into the database: {"table": [{"column": value}]}. */
function harness_seed(array $tables): void {
    global $wpdb;
    $wpdb->query('START TRANSACTION');
    foreach ($tables['options'] as $row) {
        update_option($row['option_name'], $row['option_value']);
    }
    unset($tables['options']);
    foreach ($tables as $table => $rows) {
        foreach ($rows as $row) {
            if (isset($row['meta_value'])) {
                $row['meta_value'] = maybe_serialize($row['meta_value']);
            }
            if ($wpdb->insert($wpdb->prefix . $table, $row) === false) {
                throw new RuntimeException("$table: $wpdb->last_error");
            }
        }
    }
    $wpdb->query(
        "UPDATE $wpdb->term_taxonomy t SET count = (SELECT COUNT(*) FROM $wpdb->term_relationships r
         JOIN $wpdb->posts p ON p.ID = r.object_id AND p.post_status = 'publish'
         WHERE r.term_taxonomy_id = t.term_taxonomy_id)"
    );
    $wpdb->query('COMMIT');
    flush_rewrite_rules();
}

/** All tables copied from one database to the other. */
function harness_copy(string $from, string $to): void {
    global $wpdb;
    $wpdb->query("CREATE DATABASE IF NOT EXISTS $to CHARACTER SET utf8mb4");
    foreach ($wpdb->get_col("SHOW TABLES FROM $from") as $table) {
        $wpdb->query("CREATE TABLE IF NOT EXISTS $to.$table LIKE $from.$table");
        $wpdb->query("TRUNCATE TABLE $to.$table");
        $wpdb->query("INSERT INTO $to.$table SELECT * FROM $from.$table");
    }
}
