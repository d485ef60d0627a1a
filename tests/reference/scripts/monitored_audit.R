# Rscript monitored_audit.R FILE: computes what `expected` holds in monitored_audit.json, from the
# looks, bounds and z of each case (gsDesign, lrstat, rpact, jsonlite).
suppressMessages({library(gsDesign); library(lrstat); library(rpact); library(jsonlite)})
cases <- fromJSON(commandArgs(TRUE)[1], simplifyDataFrame=FALSE, simplifyMatrix=FALSE)$cases
num <- function(x, none=NA) as.numeric(sapply(x, function(v) if (is.null(v) || is.na(v)) none else v))
spent <- function(rule, total, s) {
  par <- num(rule[2]); s <- pmin(s, 1)
  switch(rule[[1]], sfOF=2*(1-pnorm(qnorm(1-total/2)/sqrt(s))), sfP=total*log(1+(exp(1)-1)*s),
         sfHSD=total*(1-exp(-par*s))/(1-exp(-par)), sfKD=total*s^par)
}
or_nothing <- function(x) tryCatch(x, error=function(e) NULL)
one <- function(c) {
  t <- num(c$drawn$information); K <- length(t); m <- length(c$z); a <- c$alpha; par <- num(c$efficacy[2])
  s <- pmin(t, 1); s[K] <- 1; alpha <- spent(c$efficacy, a, s); alpha[K] <- a
  up <- pmin(num(c$drawn$upper, 20), 20); lo <- pmax(num(c$drawn$lower, -20), -20)
  r <- list(id=c$id, alpha_by_look=alpha)
  if (!c$binding) {
    sf <- switch(c$efficacy[[1]], sfOF=sfLDOF, sfP=sfLDPocock, sfKD=sfPower, sfHSD=sfHSD)
    r$bounds$gsDesign <- or_nothing(gsDesign(k=K, test.type=c$sides, alpha=a, sfu=sf, sfupar=if (is.na(par)) NULL else par,
      timing=t/t[K], usTime=s, tol=1e-12, r=80)$upper$bound)
    if (c$sides == 1) r$bounds$rpact <- or_nothing(as.numeric(getDesignGroupSequential(typeOfDesign="asUser",
      userAlphaSpending=alpha, informationRates=t/t[K], alpha=a, tolerance=1e-12)$criticalValues))
  }
  if (!is.null(c$futility)) r$beta_by_look <- spent(c$futility, 1-c$power, s)
  none <- rep(-20, K); full <- lo; if (c$sides == 1) full[K] <- if (is.null(c$futility)) -20 else up[K]
  z <- num(c$z); zi <- z[m]; S <- zi*sqrt(t[m]); fixed <- qnorm(1-a)
  rest <- function(theta, a_) {  # chances to cross at each look to come
    I <- t[(m+1):K]-t[m]; on <- function(x) pmax(pmin((x[(m+1):K]*sqrt(t[(m+1):K])-S)/sqrt(I), 30), -30)
    b <- on(up); low <- pmin(on(a_), b)
    if (length(I) == 1) 1-pnorm(b-theta*sqrt(I)) else gsProbability(k=K-m, theta=theta, n.I=I, a=low, b=b, r=80)$upper$prob[, 1]
  }
  if (m < K) {
    d <- t[K]-t[m]; slope <- c$drift/(-log(0.7)); trend <- zi/sqrt(t[m])
    effects <- c(design=c$drift, null=0, trend=trend, optimistic=trend+qnorm(0.975)/sqrt(t[m]), given=-log(c$given)*slope)
    ends <- function(theta, critical, se) pnorm((S+theta*d-critical*sqrt(t[K]))/se)
    r$conditional <- lapply(effects, function(x) c(sum(rest(x, none)), sum(rest(x, full)), ends(x, up[K], sqrt(d)), ends(x, fixed, sqrt(d))))
    r$by_look <- I(rest(effects[["given"]], full))
    sd <- c$prior[2]*slope; V <- 1/(1/sd^2+t[m]); M <- V*(-log(c$prior[1])*slope/sd^2+S)
    r$predictive <- lapply(list(flat=c(trend, 1/t[m]), mine=c(M, V)), function(x) {
      g <- seq(-8, 8, length.out=161); w <- dnorm(g)*(g[2]-g[1]); se <- sqrt(d+d^2*x[2])
      v <- sapply(x[1]+g*sqrt(x[2]), function(theta) c(sum(rest(theta, none)), sum(rest(theta, full))))
      c(v %*% w, ends(x[1], up[K], se), ends(x[1], fixed, se), (S+x[1]*d+c(-1, 1)*qnorm(0.975)*se)/sqrt(t[K]))
    })
  }
  I <- num(c$looks)*c$information; held <- up[1:m]
  low <- if (c$sides == 2 || c$binding) lo[1:m] else rep(-20, m)
  G <- function(theta) if (m == 1) pnorm(zi-theta*sqrt(I[1]), lower.tail=FALSE) else {
    b <- c(held[-m], zi); sum(gsProbability(k=m, theta=theta, n.I=I, a=pmin(c(low[-m], -20), b), b=b, r=80)$upper$prob[, 1]) }
  at <- function(p) uniroot(function(x) G(x)-p, zi/sqrt(I[m])+c(-8, 6)/sqrt(I[m]), tol=1e-12)$root
  r$stagewise <- c(G(0), at(0.5), at(0.025), at(0.975))
  if (c$sides == 1 && !c$binding) {
    when <- pmin(t[1:m], 1); if (m == K) when[m] <- 1
    told <- function(x) c(x$pvalue, x$thetahat, x$lower, x$upper)
    r$lrstat$getCI <- told(getCI(L=m, zL=zi, IMax=I[m], informationRates=I/I[m], criticalValues=held, alpha=0.025))
    r$lrstat$getRCI <- told(getRCI(L=m, zL=zi, IMax=I[m], informationRates=I/I[m], alpha=0.025,
      typeAlphaSpending=c$efficacy[[1]], parameterAlphaSpending=par, spendingTime=when))
  }
  r
}
cat(toJSON(lapply(cases, one), auto_unbox=TRUE, digits=15, na="null"))
