# gsDesign: every call from plain numbers.
boundary <- function(futility) function(design) c(
  numbered("efficacy z", design$upper$bound),
  if (futility) numbered("futility z", head(design$lower$bound, -1)),
  inflation = tail(design$n.I, 1)
)

looks <- function(k, type = 4) function() gsDesign(
  k = k, test.type = type, alpha = 0.025, beta = 0.1, sfu = sfLDOF, sfl = sfHSD, sflpar = -2)

tasks <- list(
  looks_3 = job(looks(3), boundary(TRUE)),
  looks_10 = job(looks(10), boundary(TRUE)),
  looks_50 = job(looks(50, 1), boundary(FALSE)),
  binding_5 = job(looks(5, 3), boundary(TRUE)),
  two_sided_5 = job(looks(5, 2), boundary(FALSE)),
  crossing_10 = job(
    function() with(crossing, gsProbability(10, drift, information, lower, upper)),
    function(found) c(numbered("upper", found$upper$prob), numbered("lower", found$lower$prob))
  ),
  survival_size = job(
    function() gsSurv(
      k = 3, test.type = 4, alpha = 0.025, beta = 0.1, timing = c(0.5, 0.75), sfu = sfLDOF,
      sfl = sfHSD, sflpar = -2, lambdaC = c(0.06, 0.05, 0.03), S = c(6, 6), hr = 0.7, eta = 0.003,
      etaE = 0.005, gamma = c(5, 10, 20), R = c(3, 3, 18), T = 36, minfup = 12,
      method = "Schoenfeld"),
    function(design) c(
      events = tail(design$n.I, 1),
      patients = sum(tail(design$eNC, 1) + tail(design$eNE, 1)),
      numbered("efficacy z", design$upper$bound),
      numbered("futility z", head(design$lower$bound, -1)),
      numbered("time", design$T)
    )
  )
)
