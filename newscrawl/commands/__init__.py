"""What `scrapy` can do in this project. Scrapy imports this package before it runs any command."""

from newscrawl.net.log_records import make_log_records_printable

make_log_records_printable()
