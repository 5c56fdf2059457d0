"""The state of a cluster in Prometheus's text format."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from newscrawl.extensions.metrics import text_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newscrawl.cluster.status import ClusterStatus
    from newscrawl.extensions.metrics import Sample

FILE_NAME: Final = "newscrawl-cluster.prom"
"""The name of the file; each worker writes it, all with the same content."""

_HELP: Final = {
    "newscrawl_cluster_workers": "Workers that send heartbeats",
    "newscrawl_cluster_jobs": "Jobs by queue and state",
    "newscrawl_cluster_oldest_job_seconds": "How long the oldest waiting job of a queue waits",
    "newscrawl_cluster_sites": "Sites that are crawled when they are due",
    "newscrawl_cluster_sites_late": "Sites whose crawl did not start minutes after it was due",
    "newscrawl_cluster_sites_failing": "Sites whose last crawl failed",
    "newscrawl_cluster_verdicts": "Sites by the result of their last crawl",
    "newscrawl_cluster_exports": "Exports that are written when they are due",
    "newscrawl_cluster_exports_failing": "Exports that failed the last time",
    "newscrawl_cluster_hosts_blocked": "Hosts that refuse requests at present",
}


def metrics_of(status: ClusterStatus) -> str:
    """Return the text of a file for the textfile collector of Prometheus's node exporter."""
    return text_of(sorted(_samples(status), key=lambda sample: sample[0]), _HELP, {})


def _samples(status: ClusterStatus) -> Iterator[Sample]:
    yield "newscrawl_cluster_workers", {}, len(status.workers)
    for queue in status.queues:
        states = {"waiting": queue.waiting, "running": queue.running, "failed": queue.failed}
        for state, count in states.items():
            yield "newscrawl_cluster_jobs", {"queue": queue.queue, "state": state}, count
        oldest = queue.oldest_seconds
        yield "newscrawl_cluster_oldest_job_seconds", {"queue": queue.queue}, oldest
    yield "newscrawl_cluster_sites", {}, status.sites
    yield "newscrawl_cluster_sites_late", {}, status.late
    yield "newscrawl_cluster_sites_failing", {}, status.failing
    for result, count in status.verdicts.items():
        yield "newscrawl_cluster_verdicts", {"result": result}, count
    yield "newscrawl_cluster_exports", {}, status.exports
    yield "newscrawl_cluster_exports_failing", {}, status.failing_exports
    yield "newscrawl_cluster_hosts_blocked", {}, status.blocked_hosts
