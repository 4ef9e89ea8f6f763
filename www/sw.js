/*
 * Keeps the site usable without a network: every file is stored once and served from the store.
 * The build puts VERSION and FILES above. A new version is stored beside the old one and takes
 * over when the last page of the old one is gone, so that a page never mixes two builds.
 */
const PREFIX = `collapse-lab ${self.registration.scope} `;
const CACHE = PREFIX + VERSION;

self.addEventListener("install", (event) => {
  const requests = ["./", ...FILES].map(
    (url) => new Request(url, { cache: "reload" }),
  );
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(requests)));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith(PREFIX) && name !== CACHE)
            .map((name) => caches.delete(name)),
        ),
      ),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  event.respondWith(
    caches
      .open(CACHE)
      .then((cache) =>
        cache.match(request, { ignoreSearch: request.mode === "navigate" }),
      )
      .then((stored) => stored ?? fetch(request)),
  );
});
