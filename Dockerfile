# The worker's image, for linux/amd64 and linux/arm64, in two flavours:
#   docker build -t NAME .                             native code, no .NET runtime in the image (the default)
#   docker build --build-arg FLAVOUR=jit -t NAME .     with the .NET runtime, for diagnostics
# docs/image.md has the measurements behind the default, what is promised of both, and how to move the pinned bases.
ARG FLAVOUR=aot
ARG SDK=mcr.microsoft.com/dotnet/sdk:10.0.401-noble@sha256:e70cdb7f80b0348f5cb85f19a8f670fca061f033d57eed12fa003d58b0e06317
ARG BASE_AOT=mcr.microsoft.com/dotnet/runtime-deps:10.0.12-noble-chiseled@sha256:dc5cd0c7d0a39b825312b4f0986d99b9adf9b6a3af69bc23cd345c27d9ed916a
ARG BASE_JIT=mcr.microsoft.com/dotnet/aspnet:10.0.12-noble-chiseled@sha256:9651fa59abcdf177c30392cb44a820605ca5d618429ab37acbf6e7c644510b02

# Runs on the architecture that it builds for: the native compiler would need the other's linker and libraries to cross over.
FROM ${SDK} AS build
ARG FLAVOUR
# x86-64-v3: the native flavour for processors with AVX2 only.
ARG INSTRUCTIONS=
# Set by every builder; without a default here, which would win over theirs.
ARG TARGETARCH
ARG VERSION=
ARG REVISION=
WORKDIR /source
# The native compiler links with the C compiler.
RUN if [ "$FLAVOUR" = aot ]; then \
      apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev zlib1g-dev && rm -rf /var/lib/apt/lists/*; \
    fi
COPY . .
# The charts name the executable without a path, so it must be on PATH; jit keeps its assemblies beside it, elsewhere.
RUN set -eu; \
    case "${TARGETARCH:-$(uname -m)}" in \
      amd64|x86_64) rid=linux-x64 ;; \
      arm64|aarch64) rid=linux-arm64 ;; \
      *) echo "no build for $TARGETARCH" >&2; exit 1 ;; \
    esac; \
    set -- "-p:SourceRevisionId=$REVISION" -p:ContinuousIntegrationBuild=true; \
    if [ -n "$VERSION" ]; then set -- "$@" "-p:Version=$VERSION"; fi; \
    mkdir -p /image/usr/local/bin /image/licenses; \
    cp LICENSE /image/licenses/paddlewheel; \
    if [ "$FLAVOUR" = aot ]; then \
      INSTRUCTIONS="$INSTRUCTIONS" bash eng/publish aot "$rid" /published "$@"; \
      cp /published/jetstream-queue-worker /image/usr/local/bin/; \
    else \
      bash eng/publish jit "$rid" /image/opt/paddlewheel "$@"; \
      ln -s /opt/paddlewheel/jetstream-queue-worker /image/usr/local/bin/jetstream-queue-worker; \
    fi; \
    chmod -R a+rX /image

FROM ${BASE_AOT} AS final-aot

FROM ${BASE_JIT} AS final-jit

FROM final-${FLAVOUR}
ARG VERSION=
ARG REVISION=
LABEL org.opencontainers.image.title="jetstream-queue-worker" \
      org.opencontainers.image.description="Paddlewheel: runs queued OpenFaaS function calls from NATS JetStream" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /image/ /
# A read-only root and a user without a home have no place for the diagnostics socket.
ENV DOTNET_EnableDiagnostics=0 \
    DOTNET_GCgen0size=400000 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
EXPOSE 8081
USER 10001
# Without a shell: the executable asks itself. Kubernetes does not read this; its probes are in the charts.
HEALTHCHECK --interval=15s --timeout=5s --start-period=5s CMD ["jetstream-queue-worker", "health"]
ENTRYPOINT ["jetstream-queue-worker"]
