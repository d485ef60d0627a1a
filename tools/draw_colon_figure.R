# Draws examples/figures/colon.pdf, colon.svg and writes what R says of the same patients:
#   Rscript tools/draw_colon_figure.R examples/figures tests/reference/figure_colon.json
library(survival)
out <- commandArgs(trailingOnly = TRUE)
deaths <- colon[colon$etype == 2, ]
fit <- survfit(Surv(time / 365.25, status) ~ rx, deaths)
arms <- sub("rx=", "", names(fit$strata))
colors <- c("black", "#c0392b", "#2471a3")
draw <- function() {
  par(mar = c(8, 7, 1, 1), cex = 0.8)
  plot(fit, col = colors, lty = 1:3, mark.time = TRUE, xlab = "Years since randomization",
       ylab = "Overall survival", las = 1)
  legend("bottomleft", arms, col = colors, lty = 1:3, bty = "n")
  at_risk <- summary(fit, times = 0:8)
  for (k in seq_along(arms)) {
    here <- at_risk$strata == paste0("rx=", arms[k])
    mtext(arms[k], side = 1, at = -1.4, line = 3 + k, cex = 0.7, adj = 0)
    mtext(at_risk$n.risk[here], side = 1, at = 0:8, line = 3 + k, cex = 0.7)
  }
}
pdf(file.path(out[1], "colon.pdf"), width = 6, height = 5); draw(); dev.off()
svglite::svglite(file.path(out[1], "colon.svg"), width = 6, height = 5); draw(); dev.off()
told <- summary(fit, times = c(0.5, 1:8))
cases <- lapply(arms, function(arm) {
  here <- told$strata == paste0("rx=", arm)
  all <- summary(fit, censored = TRUE)
  own <- all$strata == paste0("rx=", arm)
  sprintf('    "%s": {"time": [%s], "survival": [%s], "at_risk": [%s], "censored_times": %d, "events": %d}',
    arm, paste(told$time[here], collapse = ", "),
    paste(format(told$surv[here], digits = 10), collapse = ", "),
    paste(told$n.risk[here], collapse = ", "), sum(all$n.censor[own] > 0), sum(all$n.event[own]))
})
writeLines(c("{", '  "id": "figure-colon",',
  '  "claim": "survival, numbers at risk and marks of the patients drawn in examples/figures",',
  sprintf('  "software": "R %s, survival %s",', getRversion(), packageVersion("survival")),
  '  "call": "summary(survfit(Surv(time / 365.25, status) ~ rx, colon[colon$etype == 2, ]), times = c(0.5, 1:8))",',
  '  "arms": {', paste(unlist(cases), collapse = ",\n"), "  }", "}"), out[2])
