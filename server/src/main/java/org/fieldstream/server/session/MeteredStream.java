package org.fieldstream.server.session;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.meters.ChainStatistics;
import org.fieldstream.monitoring.meters.DrawStatistics;
import org.fieldstream.monitoring.meters.StreamStatistics;

/**
 * A stream whose configurations go into its statistics.
 *
 * @param statistics what is known of the stream so far
 */
public record MeteredStream(StreamStatistics statistics) implements StreamMeter {
  @Override
  public void configuration(boolean accepted, double logWeight, double[] observables) {
    if (statistics instanceof ChainStatistics chain) {
      chain.state(accepted, logWeight, observables);
    } else if (statistics instanceof DrawStatistics draws) {
      draws.draw(logWeight, observables);
    }
  }

  @Override
  public List<Alarm> alarms() {
    return statistics.alarms();
  }

  @Override
  public void close() {
    statistics.close();
  }
}
