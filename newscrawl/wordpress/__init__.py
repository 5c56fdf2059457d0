"""What is known of WordPress: pure functions and values, which ask through what they are given."""
