package org.fieldstream.server.live;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.meters.SeriesEstimate;
import org.fieldstream.monitoring.meters.StreamStatistics;
import org.fieldstream.monitoring.meters.SubscriptionMeters;
import org.fieldstream.server.session.MeteredStream;
import org.fieldstream.server.session.StreamMeter;
import org.fieldstream.server.session.StreamPlan;
import org.fieldstream.server.theory.Theory;

/**
 * One running stream. A configuration costs its statistics and an addition; while somebody watches
 * also a look at the clock, and twice a second a pass over the sites of the plane that is shown, of
 * the field and of each of at most eight levels of noise, for at most 64 x 64 mean values of the
 * one and 32 x 32 of each other.
 */
final class LiveStream implements StreamMeter {
  /** Observables a view has estimates of, at most: the local ones and a correlator. */
  static final int MAX_OBSERVABLES = 48;

  private final int number;
  private final StreamPlan plan;
  private final int chains;
  private final MeteredStream metered;
  private final SubscriptionMeters subscription;
  private final LiveStreams all;
  private final long begun;
  private final int traced;
  private final FieldTap tap;
  private final Trace trace = new Trace();
  private final Rate rate = new Rate();
  private final AtomicLong accepted = new AtomicLong();
  private long index;

  LiveStream(
      int number,
      StreamPlan plan,
      int chains,
      MeteredStream metered,
      SubscriptionMeters subscription,
      LiveStreams all) {
    this.number = number;
    this.plan = plan;
    this.chains = chains;
    this.metered = metered;
    this.subscription = subscription;
    this.all = all;
    this.begun = all.now();
    this.traced = traced(plan.theory());
    this.tap = new FieldTap(new LookMaker(plan));
  }

  /** Whether it is a stream of a model. */
  boolean isOf(String model) {
    return plan.model().id().equals(model);
  }

  /** Position of what freezes first: the observable that labels sectors, else m, else any. */
  private static int traced(Theory theory) {
    List<String> names = theory.observables();
    String name = theory.sectors().keySet().stream().sorted().findFirst().orElse("m");
    return Math.max(0, names.indexOf(name));
  }

  int number() {
    return number;
  }

  @Override
  public void field(long at, float[] fields, float[][] levels, int offset) {
    index = at;
    tap.offer(at, fields, levels, offset);
  }

  @Override
  public void configuration(boolean wasAccepted, double logWeight, double[] observables) {
    metered.configuration(wasAccepted, logWeight, observables);
    if (wasAccepted) {
      // One writer; readers may see it late.
      accepted.lazySet(accepted.getPlain() + 1);
    }
    if (all.isWatched() && index % chains == 0 && traced < observables.length) {
      trace.offer(index, observables[traced], all.now());
    }
  }

  @Override
  public List<Alarm> alarms() {
    return metered.alarms();
  }

  @Override
  public void close() {
    all.closed(this);
    metered.close();
  }

  /** Drops what only watching needs. */
  void forget() {
    tap.forget();
    trace.clear();
    rate.clear();
  }

  /** What it shows now; asks for the field of the next configuration. */
  StreamView view() {
    StreamStatistics statistics = metered.statistics();
    List<String> names = statistics.observables();
    List<SeriesEstimate> estimates = new ArrayList<>();
    for (int k = 0; k < Math.min(names.size(), MAX_OBSERVABLES); k++) {
      estimates.add(statistics.estimate(k));
    }
    Look look = tap.next();
    long now = all.now();
    long configurations = statistics.configurations();
    return new StreamView(
        number,
        plan,
        chains,
        (now - begun) * 1e-9,
        configurations,
        rate.perSecond(now, configurations),
        accepted.get(),
        statistics.essRatio(),
        statistics.essDraws(),
        statistics.isFollowed(),
        estimates,
        statistics.alarms(),
        look == null ? null : look.field(),
        look == null ? null : look.denoising(),
        traced < names.size() ? names.get(traced) : "",
        trace.points(),
        subscription.heldBytes(),
        subscription.unsentBytes(),
        subscription.waitingSeconds());
  }
}
