"""Several crawls at once."""

from newscrawl.testing.site import DemoSite
from tests.crash.bench import COMPLETE, HELD, Bench, Launcher
from tests.crash.evidence import check_all, check_lines, files_of, records_of


def test_the_second_crawl_of_a_site_names_the_holder_and_exits(bench: Bench):
    first = bench.start(points={"begin_crawl committed": (1, "stop")})
    first.stops()
    second = bench.start()
    second.fails(f"is under way (process {first.pid}, since 20", HELD)
    first.goes_on()
    assert first.ends() == COMPLETE, first.log
    check_all(bench)


def test_crawls_of_two_sites_may_share_a_new_archive(
    bench: Bench, launcher: Launcher, site: DemoSite, small_site: DemoSite
):
    other = Bench(launcher, bench.folder / "other", site.url, archive=bench.archive)
    crawls = [bench.start(), other.start()]
    for crawl in crawls:
        assert crawl.ends() == COMPLETE, crawl.log
    for each, posts in ((bench, small_site.posts), (other, site.posts)):
        assert {record["post_id"] for record in records_of(each.output)} == set(posts)
        for path in files_of(each.output):
            check_lines(path)


def test_two_archives_may_share_an_output_folder(
    bench: Bench, launcher: Launcher, small_site: DemoSite
):
    other = Bench(launcher, bench.folder / "other", small_site.url, output=bench.output)
    crawls = [bench.start(), other.start(settings={"NEWSCRAWL_RAW": 1})]
    for crawl in crawls:
        assert crawl.ends() == COMPLETE, crawl.log
    found = [record["post_id"] for record in records_of(bench.output)]
    assert sorted(found) == sorted([*small_site.posts, *small_site.posts])
