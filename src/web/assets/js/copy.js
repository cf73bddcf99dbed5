// Adds a copy button beside each value that is to be pasted elsewhere. Without it the value is selected by hand.
for (const field of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break; // Only over TLS or on this machine.
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", "Copy " + field.dataset.copy);
  const told = document.createElement("span");
  told.className = "told";
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value ?? field.textContent);
      told.textContent = "Copied";
    } catch {
      told.textContent = "Select the text and copy it by hand";
    }
    setTimeout(() => { told.textContent = ""; }, 4000);
  });
  field.after(button, told);
}
