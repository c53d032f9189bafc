# Postern as an image: lighttpd and the programs, on port 3000, set up by the
# environment alone. doc/container.md tells how to run it.
#
#	docker build -t postern .
#
# Both images named here are Debian 12; where you mirror them, or want them by
# digest, say so: --build-arg RUN_IMAGE=registry.example/debian@sha256:...
ARG BUILD_IMAGE=docker.io/library/debian:12
ARG RUN_IMAGE=docker.io/library/debian:12-slim

FROM ${BUILD_IMAGE} AS build
WORKDIR /src
# The compiler and the libraries, once for as long as their list is the same.
COPY deploy/install deploy/
COPY deploy/packages/build.txt deploy/packages/image-build.txt deploy/packages/
RUN deploy/install build image-build
COPY GNUmakefile LICENSE README.md CHANGELOG.md SECURITY.md ./
COPY lib lib
COPY cgi cgi
COPY templates templates
COPY htdocs htdocs
COPY man man
COPY doc doc
COPY deploy deploy
RUN make -s -j"$(nproc)" all && make -s install DESTDIR=/out && \
    deploy/container/install /out

FROM ${RUN_IMAGE}
COPY deploy/install /tmp/deploy/
COPY deploy/packages/image.txt /tmp/deploy/packages/
# Nothing in it may become another user: no program has that bit.
RUN /tmp/deploy/install image && \
    apt-get clean && rm -rf /tmp/deploy /var/lib/apt/lists/* && \
    find / -xdev -type f -perm /6000 -exec chmod a-s {} +
COPY --from=build /out/ /
# A library that is missing is found now, not by the first request.
RUN ! ldd /usr/local/bin/postern /usr/local/lib/postern/cgi-bin/* | \
    grep 'not found'
LABEL org.opencontainers.image.title="Postern" \
    org.opencontainers.image.description="Mail for AI agents: an MCP server in front of IMAP and SMTP" \
    org.opencontainers.image.licenses="MIT"
ENV PORT=3000
EXPOSE 3000
# Any number but root's will do; all that is written lies in /tmp.
USER 10001:10001
WORKDIR /
# To lighttpd this means: finish what was begun. SIGTERM is taken likewise.
STOPSIGNAL SIGINT
HEALTHCHECK --interval=15s --timeout=5s --start-period=10s --retries=3 \
    CMD ["/usr/local/share/postern/container/health"]
ENTRYPOINT ["/usr/local/share/postern/container/entrypoint"]
