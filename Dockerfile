# newscrawl with its extras; see docs/recipes.md. Archive, output and sites.toml are in /data.
# The whole image has a C++ compiler: on ARM64 there is no wheel of pycld2.
FROM python:3.13-bookworm AS build
WORKDIR /build
RUN pip install --no-cache-dir uv==0.13.9
COPY pyproject.toml README.md LICENSE ./
COPY newscrawl ./newscrawl
RUN uv sync --no-dev --no-editable --compile-bytecode \
    --extra browse --extra cluster --extra parquet --extra plots --extra postgresql --extra warc

FROM python:3.13-slim-bookworm
COPY --from=build /build/.venv /build/.venv
ENV PATH=/build/.venv/bin:$PATH \
    NEWSCRAWL_ARCHIVE=/data/archive.sqlite \
    NEWSCRAWL_OUTPUT=/data/output
RUN useradd --uid 10001 --no-create-home newscrawl \
    && mkdir /data && chown newscrawl /data
USER 10001
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
ENTRYPOINT ["newscrawl"]
CMD ["--help"]
