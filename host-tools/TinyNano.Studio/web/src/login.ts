// The login page: takes the token from behind the # of the printed link, and explains what went wrong.
const token = document.getElementById("token") as HTMLInputElement;
const error = document.getElementById("error") as HTMLElement;

function say(text: string): void {
  error.textContent = text;
  error.hidden = false;
}

if (location.hash.length > 1) {
  token.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, "", location.pathname);
  (document.getElementById("form") as HTMLFormElement).requestSubmit();
} else if (location.search === "?wrong") {
  say("That token is not right. Copy the whole line that tinynano studio printed at its start; every start has a new one.");
} else if (location.search === "?wait") {
  say("Too many wrong tokens. Wait a minute, then try again.");
}
