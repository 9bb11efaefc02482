// The handout page: a button that asks the browser to print; without script its own menu does.
const print = document.getElementById("print");
print.hidden = false;
print.addEventListener("click", () => window.print());
