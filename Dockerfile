# syntax=docker/dockerfile:1
# One image for every process of ours; `browser` adds Chromium and fonts for the bots.
FROM node:22-bookworm-slim AS base
ENV NODE_ENV=production \
    AFTERBELL_HOME=/var/lib/afterbell \
    AFTERBELL_CACHE=/var/cache/afterbell
WORKDIR /opt/afterbell
RUN apt-get update \
  && apt-get install -y --no-install-recommends ca-certificates tini tzdata \
  && rm -rf /var/lib/apt/lists/* \
  && install -d -o node -g node -m 0711 /var/lib/afterbell /var/cache/afterbell

FROM base AS app
COPY package.json package-lock.json .npmrc ./
RUN npm install --no-save --no-audit --no-fund --omit=dev
COPY . .
# The client of the database and the pages are built here, so that a container starts without writing to its own files.
RUN node prisma/generate.mjs && npx vite build designer
USER node
ENTRYPOINT ["/usr/bin/tini", "--", "node", "--enable-source-maps", "--import", "tsx"]
CMD ["api/main.ts"]

FROM app AS browser
USER root
RUN apt-get update \
  && apt-get install -y --no-install-recommends chromium fonts-noto-cjk \
  && rm -rf /var/lib/apt/lists/*
ENV AFTERBELL_CHROMIUM_PATH=/usr/bin/chromium
USER node

# The last stage is what `docker build .` makes.
FROM app
