# The image of a shard: plimsoll as it is installed from a checkout, started by a user without rights.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY . .
RUN npm ci --no-audit --no-fund && npm pack --pack-destination /tmp --silent

FROM node:24-bookworm-slim
COPY --from=build /tmp/plimsoll-*.tgz /tmp/
RUN npm install --global --no-audit --no-fund /tmp/plimsoll-*.tgz && rm /tmp/plimsoll-*.tgz
USER 1000
ENTRYPOINT ["plimsoll"]
