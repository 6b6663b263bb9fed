package org.fieldstream.monitoring.alarms;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.fieldstream.monitoring.statistics.GammaMethod;
import org.fieldstream.monitoring.statistics.HalvesDrift;
import org.fieldstream.monitoring.statistics.OnlineBins;
import org.fieldstream.monitoring.statistics.OnlineSeries;
import org.jspecify.annotations.Nullable;

/**
 * Watches one series of a Markov chain for {@link AlarmKind#NOT_THERMALISED} and {@link
 * AlarmKind#FROZEN}, in bounded memory: 4 KiB of bins, and where sectors are watched an {@link
 * OnlineSeries} of them.
 *
 * <p>A series may interleave independent chains: value i is chain {@code i % chains}. Not
 * thread-safe.
 */
public final class SeriesWatch {
  private final String name;
  private final int chains;
  private final Sectors sectors;
  private final OnlineBins bins;
  private final @Nullable OnlineSeries moves;

  /**
   * A watch on a series.
   *
   * @param name of the series, for sentences
   * @param chains number of chains, at least 1
   * @param sectors what of it must move
   */
  public SeriesWatch(String name, int chains, Sectors sectors) {
    this.name = requireNonNull(name, "name");
    this.chains = chains;
    this.sectors = requireNonNull(sectors, "sectors");
    bins = new OnlineBins(chains);
    moves = sectors == Sectors.NONE ? null : new OnlineSeries(chains);
  }

  /**
   * Adds the next value.
   *
   * @param value finite
   */
  public void add(double value) {
    bins.add(value);
    if (moves != null) {
      moves.add(sectors.of(value));
    }
  }

  /** By how much the halves differ now. */
  public HalvesDrift drift() {
    return HalvesDrift.of(bins);
  }

  /** What is wrong now; empty where nothing is, or where it is too early to tell. */
  public List<Alarm> alarms() {
    List<Alarm> alarms = new ArrayList<>();
    ThermalisationAlarm.of(name, drift()).ifPresent(alarms::add);
    if (moves != null) {
      FrozenAlarm.of(name, moves.withinChains(), moves.count() / chains).ifPresent(alarms::add);
    }
    return alarms;
  }

  /**
   * What is wrong with a series in memory.
   *
   * @param name of the series, for sentences
   * @param sectors what of it must move
   * @param replicas {@code [replica][i]}, each in the order of its chain, finite; ones that are too
   *     short to be halved are left out; not modified
   */
  public static List<Alarm> of(String name, Sectors sectors, double[]... replicas) {
    List<double[]> enough = new ArrayList<>();
    int shortest = Integer.MAX_VALUE;
    for (double[] replica : replicas) {
      if (replica.length >= 2 * GammaMethod.MINIMUM_LENGTH) {
        enough.add(replica);
        shortest = Math.min(shortest, replica.length);
      }
    }
    List<Alarm> alarms = new ArrayList<>();
    if (enough.isEmpty()) {
      return alarms;
    }
    double[][] judged = enough.toArray(new double[0][]);
    ThermalisationAlarm.of(name, HalvesDrift.of(judged)).ifPresent(alarms::add);
    if (sectors != Sectors.NONE) {
      double[][] moves = new double[judged.length][];
      for (int r = 0; r < moves.length; r++) {
        moves[r] = Arrays.stream(judged[r]).map(sectors::of).toArray();
      }
      FrozenAlarm.of(name, new GammaMethod().mean(moves), shortest).ifPresent(alarms::add);
    }
    return alarms;
  }
}
