// On a narrow screen the tab of this page may lie outside the row of tabs.
document.querySelector(".settings-tabs [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
