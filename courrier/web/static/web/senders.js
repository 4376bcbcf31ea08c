// Known correspondents under the sender's name (ARIA combobox with a list).

const FIELDS = ["name", "email", "phone", "address", "postcode", "city", "siret"];

export function attachSenders(form, address) {
  const input = form.elements.name;
  const list = form.querySelector("#proposals");
  let senders = [];
  let active = -1;
  let asked = 0;
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (place) => {
    active = place;
    [...list.children].forEach((line, number) => line.setAttribute("aria-selected", number === active));
    input.setAttribute("aria-activedescendant", active >= 0 ? list.children[active].id : "");
    list.children[active]?.scrollIntoView({ block: "nearest" });
  };
  const choose = (sender) => {
    for (const field of FIELDS) form.elements[field].value = sender[field] ?? "";
    form.elements.correspondent.value = sender.pk;
    close();
    input.focus();
  };
  const propose = (found) => {
    senders = found;
    list.replaceChildren(...found.map((sender, number) => {
      const line = document.createElement("li");
      line.id = `proposal-${number}`;
      line.setAttribute("role", "option");
      line.setAttribute("aria-selected", "false");
      const more = document.createElement("small");
      more.textContent = [sender.email, sender.phone, [sender.postcode, sender.city].filter(Boolean).join(" ")].filter(Boolean).join(" · ");
      line.append(sender.name, more);
      line.addEventListener("pointerdown", (event) => { event.preventDefault(); choose(sender); });
      return line;
    }));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    active = -1;
  };
  input.addEventListener("input", (event) => {
    const mine = ++asked;
    form.elements.correspondent.value = "";
    if (!event.isTrusted || input.value.trim().length < 2) return close();
    setTimeout(async () => {
      if (mine !== asked) return;
      const response = await fetch(`${address}?q=${encodeURIComponent(input.value)}`).catch(() => null);
      if (response?.ok && mine === asked && document.activeElement === input) propose((await response.json()).senders);
    }, 120);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (moves[event.key]) {
      event.preventDefault();
      mark((active + moves[event.key] + senders.length) % senders.length);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(senders[active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", close);
}
