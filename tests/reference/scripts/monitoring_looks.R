# Rscript monitoring_looks.R: writes monitoring_looks.json (gsDesign, lrstat, rpact, jsonlite).
# Bounds at looks that come elsewhere than planned.
suppressMessages({library(gsDesign); library(rpact); library(lrstat); library(jsonlite)})
cases <- list(
  list(id="under", spending="of", t=c(.45,.8,.93)),
  list(id="over", spending="of", t=c(.55,.7,1.08)),
  list(id="skipped", spending="of", t=c(.5,.97), last="none"),
  list(id="extra", spending="of", t=c(.5,.58,.75,1)),
  list(id="early_first", spending="of", t=c(.12,.75,1)),
  list(id="stopped", spending="of", t=c(.5,.61)),
  list(id="power_under", spending="kd", par=2, t=c(.4,.8,.95)),
  list(id="power_over", spending="kd", par=2, t=c(.5,.75,1.2)),
  list(id="hsd_over", spending="hsd", par=-4, t=c(.52,.81,1.03)),
  list(id="hsd_stopped", spending="hsd", par=-4, t=c(.5,.75,.82)),
  list(id="calendar", spending="of", t=c(.35,.66,.98), time=c(.55555555555555556,.83333333333333333,1))
)
out <- list()
for (one in cases) {
  t <- one$t; k <- length(t); s <- if (is.null(one$time)) c(t[-k], 1) else one$time
  lr <- getBound(k, t/t[k], 0.025, switch(one$spending, of="sfOF", kd="sfKD", hsd="sfHSD"),
                 if (is.null(one$par)) NA else one$par, numeric(0), s)
  sf <- switch(one$spending, of=sfLDOF, kd=sfPower, hsd=sfHSD)
  par <- if (is.null(one$par)) NULL else one$par
  x <- gsDesign(k=k, test.type=1, alpha=0.025, sfu=sf, sfupar=par, timing=t/t[k], usTime=s, tol=1e-12, r=80)
  a <- switch(one$spending, of=2*(1-pnorm(qnorm(1-0.025/2)/sqrt(s))), kd=0.025*s^one$par,
              hsd=0.025*(1-exp(-one$par*s))/(1-exp(-one$par)))
  a[k] <- 0.025
  r <- getDesignGroupSequential(typeOfDesign="asUser", userAlphaSpending=a, informationRates=t/t[k],
                                alpha=0.025, tolerance=1e-10)
  out[[one$id]] <- list(spending=one$spending, parameter=one$par, fractions=t, spending_time=one$time,
     lrstat=lr, gsDesign=x$upper$bound, rpact=as.numeric(r$criticalValues), alpha_spent=a)
}
# Futility: beta spent under the planned effect, at what is observed (maxn.IPlan)
plan <- gsDesign(k=3, test.type=4, alpha=0.025, beta=0.1, timing=c(.5,.75), n.fix=1, sfu=sfLDOF, sfl=sfHSD, sflpar=-2, tol=1e-9, r=80)
for (t in list(c(.45,.8,1), c(.6,.75,1), c(.5,.85,1))) {
  y <- gsDesign(k=3, test.type=4, alpha=0.025, beta=0.1, n.fix=1, n.I=t*plan$n.I[3], maxn.IPlan=plan$n.I[3],
                delta=plan$delta, sfu=sfLDOF, sfl=sfHSD, sflpar=-2, tol=1e-9, r=80)
  out[[paste0("futility_", t[1]*100, "_", t[2]*100)]] <- list(spending="of", fractions=t,
     gsDesign=y$upper$bound, futility=y$lower$bound, beta_spent=cumsum(y$lower$spend))
}
z <- gsDesign(k=3, test.type=2, alpha=0.025, sfu=sfLDOF, timing=c(.45,.8), tol=1e-7, r=80)
out[["two_sided"]] <- list(spending="of", fractions=c(.45,.8,1), gsDesign=z$upper$bound)
cat(toJSON(out, digits=15, auto_unbox=TRUE, pretty=TRUE, null="null"))
