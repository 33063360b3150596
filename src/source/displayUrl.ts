/** A URL without user, password, query and fragment: what messages, status and annotations may show. */
export function displayUrl(url: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return url;
  try {
    const parsed = new URL(url);
    parsed.username = "";
    parsed.password = "";
    parsed.search = "";
    parsed.hash = "";
    return parsed.href;
  } catch {
    // Not a URL after all: cut what could be credentials.
    return url.replace(/\/\/[^/]*@/, "//");
  }
}
