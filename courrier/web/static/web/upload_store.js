// Files that wait to be sent, kept by the browser until the server has registered them: a reload loses none.
const NAME = "courrier-files";
const KEPT_FOR = 7 * 24 * 3600 * 1000;

const opened = new Promise((resolve) => {
  try {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files", { keyPath: "id", autoIncrement: true });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => resolve(null);
  } catch {
    resolve(null);
  }
});

async function within(mode, act) {
  const base = await opened;
  if (!base) return null;
  return new Promise((resolve) => {
    try {
      const done = base.transaction("files", mode);
      const asked = act(done.objectStore("files"));
      done.oncomplete = () => resolve(asked.result);
      done.onerror = done.onabort = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
}

/** Keep a letter to be sent; its id, or null where this browser keeps nothing (private window, no room). */
export const keep = (entry) => within("readwrite", (store) => store.put({ ...entry, since: Date.now() }));

export const forget = (id) => id == null ? null : within("readwrite", (store) => store.delete(id));

/** What `owner` left, in order. What others left on this machine, and what is too old, is removed. */
export async function left(owner) {
  const all = await within("readonly", (store) => store.getAll()) ?? [];
  const fresh = (entry) => entry.owner === owner && Date.now() - entry.since < KEPT_FOR;
  for (const entry of all) if (!fresh(entry)) forget(entry.id);
  return all.filter(fresh);
}
