# Pooled, network and matched comparisons: R metafor and survival.
# Rscript pooling.R FOLDER writes pooling.json, pooling_network.json, pooling_matched.json there.
suppressMessages({library(metafor); library(survival)}); library(jsonlite)
out_folder <- commandArgs(trailingOnly = TRUE)[1]

# ---- fixed and random effects, sensitivity, funnel, tables -------------------------------
vec <- function(x) as.numeric(x)
bcg <- metadat::dat.bcg
b <- escalc(measure="RR", ai=tpos, bi=tneg, ci=cpos, di=cneg, data=bcg)
sets <- list(
 bcg=list(y=vec(b$yi), se=sqrt(vec(b$vi)), year=bcg$year, moderator=bcg$ablat),
 aall_dfs=list(y=log(c(.70,.33)), se=c(log(1.03/.47), log(.61/.18))/(2*qnorm(.975))),
 homogeneous=list(y=c(-.31,-.29,-.28,-.33,-.30), se=c(.2,.15,.3,.25,.12), year=c(2001,2005,2003,2010,2008)),
 wide=list(y=c(-1.2,.3,-.5,.9,-.1,-.6), se=c(.2,.5,.1,.4,.3,.25), year=c(1999,2001,2001,2004,2010,2012)),
 three=list(y=c(-.9,-.1,.4), se=c(.2,.15,.3)),
 twopeaks=list(y=c(-.2,.0,.2,2.5), se=c(.02,.6,.6,.6))
)
out <- list()
ctl <- list(threshold=1e-13, maxiter=10000, tol=1e-13)
for (s in names(sets)) { d <- sets[[s]]
 for (m in c("DL","REML","PM","FE","ML","SJ","HE")) for (t in c("z","knha","adhoc")) {
  if (m=="FE" && t!="z") next
  r <- try(rma(d$y, sei=d$se, method=m, test=t, control=ctl), silent=TRUE)
  if (inherits(r,"try-error")) { cat(s,m,t,r); next}
  p <- predict(r); p2 <- predict(r, pi.type="riley")
  pt <- if (t=="z") c(p2$pi.lb,p2$pi.ub) else { k<-length(d$y); if (k>2) r$beta[1] + c(-1,1)*qt(.975,k-2)*sqrt(r$se^2+r$tau2) else c(NA,NA)}
  e <- list(set=s, method=m, test=t, beta=r$beta[1], se=r$se, stat=r$zval, p=r$pval, ci=c(r$ci.lb,r$ci.ub), tau2=r$tau2, I2=r$I2, H2=r$H2, QE=r$QE, QEp=r$QEp, weights=vec(metafor:::weights.rma.uni(r)), pi=if (m=="FE") c(NA,NA) else as.numeric(pt))
  if (t=="z" && m!="FE") { ci <- try(confint(r, control=list(tol=1e-12)),silent=TRUE)
    if (!inherits(ci,"try-error")) e$confint <- list(tau2=vec(ci$random[1,2:3]), I2=vec(ci$random[3,2:3]), H2=vec(ci$random[4,2:3])) }
  out[[length(out)+1]] <- e
 }}
sens <- list()
for (s in c("bcg","wide","homogeneous")) for (m in c("DL","REML","FE")) { d<-sets[[s]]
 r <- rma(d$y, sei=d$se, method=m, control=ctl)
 l <- leave1out(r); inf <- influence(r)$inf; rs <- rstudent(r)
 o <- order(d$year); cu <- cumul(r, order=d$year)
 e <- list(set=s, method=m, leave1out=list(estimate=vec(l$estimate), se=vec(l$se), Q=vec(l$Q), tau2=vec(l$tau2), I2=vec(l$I2)),
  cumul=list(order=o, estimate=vec(cu$estimate), se=vec(cu$se), tau2=vec(cu$tau2)),
  hat=vec(hatvalues(r)), rstudent=vec(rs$z), resid=vec(rs$resid), cook=vec(cooks.distance(r)), dffits=vec(inf$dffits), covr=vec(inf$cov.r))
 rt <- regtest(r); rl <- regtest(r, model="lm"); rk <- ranktest(r)
 e$egger_rma <- list(z=vec(rt$zval), p=vec(rt$pval), limit=vec(rt$est), ci=c(rt$ci.lb,rt$ci.ub))
 e$egger_lm <- list(t=vec(rl$zval), p=vec(rl$pval), df=rl$dfs, limit=vec(rl$est), ci=c(rl$ci.lb,rl$ci.ub))
 e$rank <- list(tau=vec(rk$tau), p=vec(rk$pval))
 if (!is.null(d$moderator)) for (t in c("z","knha")) { mr <- rma(d$y, sei=d$se, mods=d$moderator, method=m, test=t, control=ctl)
   e[[paste0("regression_",t)]] <- list(beta=vec(mr$beta), se=vec(mr$se), p=vec(mr$pval), tau2=mr$tau2, I2=mr$I2, QE=mr$QE, QEp=mr$QEp, QM=mr$QM, QMp=mr$QMp, R2=mr$R2)}
 sens[[length(sens)+1]] <- e }
tables <- list(bcg=bcg[,c("tpos","tneg","cpos","cneg")],
  sparse=data.frame(tpos=c(0,3,1,0,5),tneg=c(20,27,39,15,45),cpos=c(2,5,0,0,4),cneg=c(18,25,40,15,46)))
tb <- list()
for (s in names(tables)) { d<-tables[[s]]; e<-list(set=s, table=d)
 for (m in c("OR","RR","RD")) { r<-rma.mh(ai=tpos,bi=tneg,ci=cpos,di=cneg,data=d,measure=m)
  e[[paste0("mh_",m)]] <- list(beta=vec(r$beta), se=r$se, p=r$pval, ci=c(r$ci.lb,r$ci.ub), QE=r$QE, QEp=r$QEp, I2=r$I2, k=r$k, k.yi=r$k.yi)
  es <- escalc(measure=m, ai=tpos,bi=tneg,ci=cpos,di=cneg,data=d); e[[paste0("es_",m)]] <- list(y=vec(es$yi), v=vec(es$vi)) }
 r <- rma.peto(ai=tpos,bi=tneg,ci=cpos,di=cneg,data=d)
 e$peto <- list(beta=vec(r$beta), se=r$se, p=r$pval, ci=c(r$ci.lb,r$ci.ub), QE=r$QE, QEp=r$QEp, I2=r$I2)
 es <- escalc(measure="PETO", ai=tpos,bi=tneg,ci=cpos,di=cneg,data=d); e$es_peto <- list(y=vec(es$yi), v=vec(es$vi))
 tb[[length(tb)+1]] <- e }
tf <- list(); for (s in c("bcg","wide")) {d<-sets[[s]]; for (m in c("FE","DL")) {r<-rma(d$y,sei=d$se,method=m,control=ctl); t<-trimfill(r); tf[[length(tf)+1]] <- list(set=s,method=m,k0=t$k0,side=t$side,beta=vec(t$beta),se=t$se)}}
write(toJSON(list(software="R metafor", version=as.character(packageVersion("metafor")), R=R.version.string, sets=sets, pools=out, sensitivity=sens, tables=tb, trimfill=tf), digits=I(17), auto_unbox=TRUE, null="null", na="null"), file.path(out_folder, "pooling.json"))

# ---- a network: contrasts with shared arms, rma.mv with rho = 1/2 --------------------------
d <- metadat::dat.senn2013
studies <- unique(d$study); rows <- list(); Vs <- list(); js <- list()
trts <- c("placebo", setdiff(sort(unique(d$treatment)),"placebo"))
Y<-c(); X<-NULL; st<-c(); id<-c()
for (s in studies) { a <- d[d$study==s,]; v <- a$sdi^2/a$ni; m<-nrow(a); ref<-m
  # last arm is the reference arm
  y <- a$mi[-ref]-a$mi[ref]; V <- diag(v[-ref], m-1)+v[ref]
  x <- matrix(0,m-1,length(trts)); for (k in 1:(m-1)) {x[k,match(a$treatment[k],trts)]<-1; x[k,match(a$treatment[ref],trts)]<- -1}
  Y<-c(Y,y); X<-rbind(X,x); Vs[[length(Vs)+1]]<-V; st<-c(st,rep(s,m-1)); id<-c(id,1:(m-1))
  js[[length(js)+1]] <- list(id=s, treatments=I(a$treatment), means=I(a$mi), variances=I(v)) }
V <- bldiag(Vs); X<-X[,-1]; colnames(X)<-trts[-1]
dd <- data.frame(Y=Y,st=st,id=factor(id))
fe <- rma.mv(Y, V, mods=X, intercept=FALSE, data=dd)
P<-solve(V)-solve(V)%*%X%*%solve(t(X)%*%solve(V)%*%X)%*%t(X)%*%solve(V)
Rm<-bldiag(lapply(Vs,function(v){m<-nrow(v);(diag(m)+1)/2}))
Q<-fe$QE; df<-nrow(X)-ncol(X); tau2<-max(0,(Q-df)/sum(diag(P%*%Rm)))
re <- rma.mv(Y, V, mods=X, intercept=FALSE, random=~id|st, rho=1/2, tau2=tau2, data=dd)
o<-function(r) list(beta=as.numeric(r$beta), se=as.numeric(r$se), vb=unname(vcov(r)), QE=as.numeric(r$QE))
within <- list()  # studies of one pair of treatments by themselves
design <- sapply(studies, function(s) paste(sort(d$treatment[d$study==s]), collapse=" : "))
for (g in unique(design[duplicated(design)])) { here <- st %in% studies[design==g]
  y <- Y[here]; x <- X[here, , drop=FALSE]; y <- ifelse(apply(x, 1, function(r) r[which(r!=0)[1]]) > 0, y, -y)
  r <- rma(y, diag(V)[here], method="FE"); within[[length(within)+1]] <- list(design=g, Q=r$QE, df=sum(here)-1) }
write(toJSON(list(within=within, software="R metafor rma.mv", version=as.character(packageVersion("metafor")), data="metadat dat.senn2013", treatments=trts, studies=js, tau2=tau2, Q=Q, df=df, fixed=o(fe), random=o(re)), digits=I(17), auto_unbox=TRUE), file.path(out_folder, "pooling_network.json"))

# ---- matching-adjusted: weights by optim and Newton, weighted Cox with robust variance ------
v <- survival::veteran
d <- data.frame(time=v$time, event=v$status, trt=as.numeric(v$trt==2), age=v$age, karno=v$karno, prior=as.numeric(v$prior>0))
target <- list(age=55, age_sd=9.5, karno=65, prior=.2)
Z <- cbind(d$age-55, d$age^2-(55^2+9.5^2), d$karno-65, d$prior-.2); s<-apply(Z,2,sd); Zs <- sweep(Z,2,s,"/")
f<-function(a) log(sum(exp(Zs%*%a))); g<-function(a){w<-exp(Zs%*%a); as.numeric(t(Zs)%*%w)/sum(w)}
o<-optim(rep(0,4), f, g, method="BFGS", control=list(reltol=1e-16,maxit=10000))
for(i in 1:20){w<-as.numeric(exp(Zs%*%o$par)); w<-w/sum(w); G<-as.numeric(t(Zs)%*%w); H<-t(Zs)%*%(Zs*w)-G%*%t(G); o$par<-o$par-solve(H,G)}
w<-as.numeric(exp(Zs%*%o$par)); w<-w/sum(w)*nrow(d); 
ess<-sum(w)^2/sum(w^2)
ctl<-coxph.control(eps=1e-14,iter.max=50,toler.chol=1e-14)
c1<-coxph(Surv(time,event)~trt,data=d,weights=w,robust=TRUE,control=ctl)
c0<-coxph(Surv(time,event)~trt,data=d,robust=TRUE,control=ctl)
# unanchored: arm 2 of veteran against the colon-free 'lung' patients (time in days)
l<-survival::lung; a<-d[d$trt==1,]
ok<-!is.na(l$time); lt<-l$time[ok]; le<-as.numeric(l$status[ok]==2)
Z<-cbind(a$age-62.4, a$karno-70, a$prior-.3); s<-apply(Z,2,sd); Zs<-sweep(Z,2,s,"/"); p<-rep(0,3)
for(i in 1:50){w2<-as.numeric(exp(Zs%*%p)); w2<-w2/sum(w2); G<-as.numeric(t(Zs)%*%w2); H<-t(Zs)%*%(Zs*w2)-G%*%t(G); p<-p-solve(H,G)}
w2<-w2*nrow(a); 
u<-data.frame(time=c(a$time,lt),event=c(a$event,le),arm=rep(1:0,c(nrow(a),length(lt))),w=c(w2,rep(1,length(lt))))
c2<-coxph(Surv(time,event)~arm,data=u,weights=w,robust=TRUE,control=ctl)
o2<-function(c) list(coef=unname(coef(c)),se=sqrt(diag(vcov(c))))
out<-list(software="R survival",version=as.character(packageVersion("survival")),data="survival::veteran, survival::lung",call="weights: Newton on the convex function, started by optim(BFGS); coxph(Surv(time, event) ~ arm, weights = w, robust = TRUE, control = coxph.control(eps = 1e-14))",
 patients=list(time=d$time,event=d$event,trt=d$trt,age=d$age,karno=d$karno,prior=d$prior), other=list(time=lt,event=le),
 anchored=list(weights=w,ess=ess,plain=o2(c0),matched=o2(c1)), unanchored=list(weights=w2,ess=sum(w2)^2/sum(w2^2),matched=o2(c2)))
write(toJSON(out,digits=I(17),auto_unbox=TRUE),file.path(out_folder, "pooling_matched.json"))
