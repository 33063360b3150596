/**
 * The page's own script: every two seconds it takes the page anew and swaps the changed part in. What the reader opened
 * or closed stays so, selected text stays selected, a page that nobody looks at asks nothing, and a service that does
 * not answer is said.
 */
export const PAGE_SCRIPT = `
const chosen = new Map();
let asking = false;
document.addEventListener("click", (event) => {
  const details = event.target.closest("summary")?.parentElement;
  if (details?.id) chosen.set(details.id, !details.open);
});
async function refresh() {
  if (asking || document.hidden || String(getSelection()) !== "") return;
  asking = true;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const [id, open] of chosen) {
      const details = next.getElementById(id);
      if (details) details.open = open; else chosen.delete(id);
    }
    for (const part of ["header", "main"]) {
      const [before, after] = [document.querySelector(part), next.querySelector(part)];
      if (after && before.innerHTML !== after.innerHTML) before.replaceWith(after);
    }
    document.body.classList.remove("lost");
  } catch {
    document.body.classList.add("lost");
  } finally {
    asking = false;
  }
}
setInterval(refresh, 2000);
document.addEventListener("visibilitychange", refresh);
`;
