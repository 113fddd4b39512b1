# The image of a shard: plimsoll as it is packed from a checkout, with the packages of its lock file, and a user without
# rights. tar and sleep, by which records are fetched from a pod, are in the base image.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY . .
# Installing builds it.
RUN npm ci --no-audit --no-fund && npm pack --ignore-scripts --pack-destination /tmp --silent

FROM node:24-bookworm-slim
WORKDIR /opt/plimsoll
COPY --from=build /tmp/plimsoll-*.tgz /build/package-lock.json ./
RUN tar xzf plimsoll-*.tgz --strip-components 1 && rm plimsoll-*.tgz \
  && npm ci --omit=dev --ignore-scripts --no-audit --no-fund \
  && ln -s /opt/plimsoll/dist/bin/plimsoll.js /usr/local/bin/plimsoll
USER 1000
WORKDIR /home/node
ENTRYPOINT ["plimsoll"]
