/** Matches a method and a path such as `/parcels/:number` to a handler. */
export function createRouter() {
  const routes = [];

  return {
    add(method, pattern, handler) {
      routes.push({ method, parts: pattern.split("/"), handler });
    },
    match(method, path) {
      const parts = path.split("/");
      for (const route of routes) {
        if (route.method !== method || route.parts.length !== parts.length) continue;
        const params = paramsOf(route.parts, parts);
        if (params) return { handler: route.handler, params };
      }
      return null;
    },
  };
}

function paramsOf(pattern, parts) {
  const params = {};
  for (const [index, part] of pattern.entries()) {
    if (part.startsWith(":")) params[part.slice(1)] = decodeURIComponent(parts[index]);
    else if (part !== parts[index]) return null;
  }
  return params;
}
