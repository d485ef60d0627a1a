# Thirty drawn sets of studies, pooled in every way: R metafor.
# Rscript pooling_drawn.R FOLDER writes pooling_drawn.json there.
suppressMessages({library(metafor); library(jsonlite)})
out_folder <- commandArgs(trailingOnly = TRUE)[1]
set.seed(60611)
vec <- function(x) signif(as.numeric(x), 14)
tight <- list(threshold=1e-13, maxiter=100000, tol=1e-13)
fitted_by <- function(y, se, m) {
  r <- rma(y, sei=se, method=m, control=tight)
  f <- list(method=m, mean=vec(r$beta), se=vec(r$se), p=vec(r$pval), tau2=vec(r$tau2), I2=vec(r$I2), Q=vec(r$QE))
  if (m != "EE") {
    knapp <- rma(y, sei=se, method=m, test="knha", control=tight)
    f$knapp <- vec(c(knapp$se, knapp$ci.lb, knapp$ci.ub))
    if (length(y) > 2) { p <- predict(r, pi.type="riley"); f$prediction <- vec(c(p$pi.lb, p$pi.ub)) }
  }
  if (m %in% c("REML", "EE") && length(y) > 2) f$left <- vec(leave1out(r)$estimate)
  if (m %in% c("DL", "EE")) f$grown <- vec(cumul(r)$estimate)
  if (m == "EE" && length(y) > 2) { t <- trimfill(r); f$filled <- list(missing=t$k0, mean=vec(t$beta)) }
  f
}
sets <- lapply(1:30, function(i) {
  k <- sample(c(2:8, 12, 20), 1); tau <- sample(c(0, .1, .3, .8), 1)
  se <- round(exp(rnorm(k, log(.3), .5)), 4); y <- round(rnorm(k, -.3, sqrt(se^2 + tau^2)), 4)
  e <- list(y=y, se=se)
  e$fits <- lapply(c("EE","DL","REML","PM","ML","SJ","HE"), function(m) fitted_by(y, se, m))
  if (k > 2) { t <- regtest(rma(y, sei=se, method="REML"), model="lm"); e$egger <- vec(c(t$zval, t$pval)) }
  n1 <- sample(20:200, k, TRUE); n0 <- sample(20:200, k, TRUE); share <- sample(c(.03, .2, .5), 1)
  a <- rbinom(k, n1, share*.7); c <- rbinom(k, n0, share)
  e$table <- list(a=a, n1=n1, c=c, n0=n0)
  for (m in c("OR", "RR", "RD")) {
    r <- suppressWarnings(rma.mh(ai=a, n1i=n1, ci=c, n2i=n0, measure=m))
    e$table[[m]] <- vec(c(r$beta, r$se, r$QE))
    if (k > 2) e$table[[paste0("left_", m)]] <- vec(suppressWarnings(leave1out(r))$estimate)
    if (k > 2) e$table[[paste0("grown_", m)]] <- vec(suppressWarnings(cumul(r))$estimate) }
  r <- suppressWarnings(rma.peto(ai=a, n1i=n1, ci=c, n2i=n0)); e$table$peto <- vec(c(r$beta, r$se, r$QE))
  if (k > 2) e$table$left_peto <- vec(suppressWarnings(leave1out(r))$estimate)
  if (k > 2) e$table$grown_peto <- vec(suppressWarnings(cumul(r))$estimate)
  e })
write(toJSON(list(about="Thirty drawn sets of studies; script scripts/pooling_drawn.R",
  calls="rma(y, sei =, method =, test =), predict(pi.type = \"riley\"), leave1out, cumul, trimfill, regtest(model = \"lm\"), rma.mh, rma.peto",
  software="R metafor", version=as.character(packageVersion("metafor")), R=R.version.string, sets=sets),
  digits=I(14), auto_unbox=TRUE, na="null"), file.path(out_folder, "pooling_drawn.json"))
