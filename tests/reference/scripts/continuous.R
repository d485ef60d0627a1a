# Means, differences and adjusted differences in base R.
#   Rscript continuous.R > ../continuous.json
suppressMessages(library(jsonlite))
set.seed(4)
one <- function(number, n) {
  d <- data.frame(arm = rbinom(n, 1, .5), baseline = round(rnorm(n, 50, 9), 1),
                  site = sample(3, n, TRUE))
  d$value <- round(d$baseline * .7 + 3 * d$arm + d$site + rnorm(n, 0, 4 + 3 * d$arm), 2)
  d$value[2] <- NA; d$baseline[5] <- NA
  experimental <- d$value[d$arm == 1]; control <- d$value[d$arm == 0]
  w <- t.test(experimental, control); m <- t.test(experimental)
  f <- lm(value ~ arm + baseline + factor(site), d); s <- summary(f)$coefficients["arm", ]
  x <- na.omit(d$value)
  list(id = sprintf("continuous-generated-%d", number), rows = d, expected = list(
    mean = unname(m$estimate), mean_error = m$stderr, mean_interval = m$conf.int,
    difference = unname(diff(rev(w$estimate))), difference_error = w$stderr,
    difference_interval = w$conf.int, t = unname(w$statistic), df = unname(w$parameter),
    p = w$p.value,
    p_greater = t.test(experimental, control, alternative = "greater")$p.value,
    adjusted = s[[1]], adjusted_error = s[[2]], adjusted_t = s[[3]], adjusted_p = s[[4]],
    adjusted_interval = unname(confint(f)["arm", ]),
    quantiles = unname(quantile(x, c(.25, .5, .75), type = 2)), sd = sd(x),
    f = unlist(anova(lm(value ~ factor(site), d))["factor(site)", c("F value", "Pr(>F)")])))
}
cat(toJSON(list(about = "Means and adjusted means", software = R.version.string,
  call = "t.test, lm, quantile(type = 2), anova",
  cases = lapply(1:4, function(k) one(k, 20 + 7 * k))), digits = NA, auto_unbox = TRUE,
  na = "null"), "\n")
