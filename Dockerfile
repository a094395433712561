# The grader in a container. "In a container" in grader/README.md says how to build, run and strengthen it.
#
# The image contains the hidden tests and the solutions: keep it in a private registry.
ARG NODE_IMAGE=node:24-bookworm
ARG DEBIAN_IMAGE=debian:bookworm-slim

# Everything that needs the network or a compiler happens here, and stays here.
FROM ${NODE_IMAGE} AS build
WORKDIR /source
# Downloaded again only if the lockfile changes.
COPY pnpm-lock.yaml pnpm-workspace.yaml ./
RUN npx -y pnpm@12.21.0 fetch
COPY . .
# The installation compiles the WebAssembly kernels. The export leaves out what only compiles, tests or teaches.
RUN npx -y pnpm@12.21.0 install --frozen-lockfile --prefer-offline \
  && npx -y pnpm@12.21.0 grade export folder all --out /course
WORKDIR /course
RUN npx -y pnpm@12.21.0 install --frozen-lockfile --prefer-offline \
  && BACKPROP_CACHE=/cache node_modules/.bin/node --input-type=module --eval \
    "(await import('/course/grader/src/pipeline/datasets.ts')).datasetStatuses(console.log)" \
  && mv node_modules /node_modules

FROM ${DEBIAN_IMAGE}
# bubblewrap starts tier A, python3 tier B; git fetches submissions. The course brings its own Node, which needs libatomic1.
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap ca-certificates git libatomic1 libstdc++6 python3 \
  && rm -rf /var/lib/apt/lists/* \
  && useradd --uid 1000 --create-home grader
# Three layers, the largest first: packages and unpacked images rarely change.
COPY --from=build /node_modules /course/node_modules
COPY --from=build /cache /cache
COPY --from=build /course /course
ENV PATH=/course/node_modules/.bin:$PATH BACKPROP_CACHE=/cache
# Not root, and nothing of the course belongs to this user.
USER grader
WORKDIR /home/grader
ENTRYPOINT ["node", "/course/packages/launch/launch.mjs", "/course/grader/src/pnpm-grade.ts"]
CMD ["doctor"]
