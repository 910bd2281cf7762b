# The worker's image, in two flavours:
#   docker build -t NAME .                             native code, no .NET runtime in the image
#   docker build --build-arg FLAVOUR=jit -t NAME .     with the .NET runtime, for diagnostics
ARG FLAVOUR=aot

FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
ARG FLAVOUR
ARG TARGETARCH=amd64
ARG REVISION=
WORKDIR /source
# The native compiler links with the C compiler.
RUN if [ "$FLAVOUR" = aot ]; then \
      apt-get update && apt-get install -y --no-install-recommends clang zlib1g-dev && rm -rf /var/lib/apt/lists/*; \
    fi
COPY . .
# The chart names the executable without a path, so it must be on PATH; jit keeps its assemblies beside it, elsewhere.
RUN set -eu; \
    case "$TARGETARCH" in amd64) rid=linux-x64 ;; arm64) rid=linux-arm64 ;; *) echo "no build for $TARGETARCH" >&2; exit 1 ;; esac; \
    mkdir -p /image/usr/local/bin; \
    if [ "$FLAVOUR" = aot ]; then \
      bash eng/publish aot "$rid" /published "-p:SourceRevisionId=$REVISION"; \
      cp /published/jetstream-queue-worker /image/usr/local/bin/; \
    else \
      bash eng/publish jit "$rid" /image/opt/paddlewheel "-p:SourceRevisionId=$REVISION"; \
      ln -s /opt/paddlewheel/jetstream-queue-worker /image/usr/local/bin/jetstream-queue-worker; \
    fi; \
    chmod -R a+rX /image

FROM mcr.microsoft.com/dotnet/runtime-deps:10.0-noble-chiseled AS final-aot

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled AS final-jit

FROM final-${FLAVOUR}
ARG REVISION=
LABEL org.opencontainers.image.title="jetstream-queue-worker" \
      org.opencontainers.image.description="Paddlewheel: runs queued OpenFaaS function calls from NATS JetStream" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /image/ /
# A read-only root and a user without a home have no place for the diagnostics socket.
ENV DOTNET_EnableDiagnostics=0 \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
EXPOSE 8081
USER 10001
ENTRYPOINT ["jetstream-queue-worker"]
