package org.fieldstream.monitoring.alarms;

import java.util.ArrayList;
import java.util.List;
import org.fieldstream.monitoring.statistics.EffectiveSampleSize;
import org.fieldstream.monitoring.statistics.OnlineTail;
import org.fieldstream.monitoring.statistics.OnlineWeights;
import org.fieldstream.monitoring.statistics.ParetoTail;

/**
 * Watches the log weights of draws for {@link AlarmKind#HEAVY_TAILED_WEIGHTS} and {@link
 * AlarmKind#LOW_EFFECTIVE_SAMPLE_SIZE}, in at most 9 KiB. Not thread-safe.
 */
public final class WeightWatch {
  private final OnlineWeights weights = new OnlineWeights();
  private final OnlineTail tail = new OnlineTail();

  /**
   * Adds a draw, accepted or not.
   *
   * @param logWeight -S - log q (nats); finite, or -Infinity for weight 0
   */
  public void add(double logWeight) {
    weights.add(logWeight);
    tail.add(logWeight);
  }

  /** Count, ESS and spread of the weights: only to be read. */
  public OnlineWeights weights() {
    return weights;
  }

  /** Pareto shape of the largest weights; NaN while unknown. */
  public double kHat() {
    return tail.kHat();
  }

  /** What is wrong now; empty where nothing is, or where it is too early to tell. */
  public List<Alarm> alarms() {
    return of(tail.kHat(), weights.essRatio(), weights.count());
  }

  /**
   * What is wrong with weights in memory.
   *
   * @param logWeights one per draw (nats), finite or -Infinity, not all -Infinity; not modified
   */
  public static List<Alarm> of(double[] logWeights) {
    return of(
        ParetoTail.kHat(logWeights), EffectiveSampleSize.ratio(logWeights), logWeights.length);
  }

  private static List<Alarm> of(double kHat, double essRatio, long draws) {
    List<Alarm> alarms = new ArrayList<>();
    HeavyTailAlarm.of(kHat, draws).ifPresent(alarms::add);
    SampleSizeAlarm.of(essRatio, draws).ifPresent(alarms::add);
    return alarms;
  }
}
