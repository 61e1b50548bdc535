// Hands the server's question to the browser's passkeys, and their answer to the server.
"use strict";
(() => {
  const form = document.getElementById("passkey");
  const problem = document.getElementById("problem");
  const bytes = text =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), c => c.charCodeAt(0));
  const text = buffer =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const keys = list => (list || []).map(key => ({ ...key, id: bytes(key.id) }));

  async function ask() {
    problem.hidden = true;
    const question = JSON.parse(document.getElementById("options").textContent);
    question.challenge = bytes(question.challenge);
    try {
      let found;
      if (question.user) {
        question.user.id = bytes(question.user.id);
        question.excludeCredentials = keys(question.excludeCredentials);
        found = await navigator.credentials.create({ publicKey: question });
      } else {
        question.allowCredentials = keys(question.allowCredentials);
        found = await navigator.credentials.get({ publicKey: question });
      }
      const { id, rawId, type, response } = found;
      const said = {};
      for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"])
        if (response[name]) said[name] = text(response[name]);
      if (response.getTransports) said.transports = response.getTransports();
      form.elements.credential.value = JSON.stringify({ id, rawId: text(rawId), type, response: said });
      form.submit();
    } catch {
      problem.hidden = false;
    }
  }

  form.querySelector("button").addEventListener("click", ask);
  ask();
})();
