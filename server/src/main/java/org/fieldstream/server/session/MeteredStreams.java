package org.fieldstream.server.session;

import java.util.List;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.meters.ChainStatistics;
import org.fieldstream.monitoring.meters.DrawStatistics;
import org.fieldstream.monitoring.meters.FieldstreamMeters;
import org.fieldstream.monitoring.meters.ModelMeters;

/** Each stream's statistics go to the meters of its model. */
public final class MeteredStreams implements StreamMeters {
  private final FieldstreamMeters meters;

  /** Into these meters. */
  public MeteredStreams(FieldstreamMeters meters) {
    this.meters = meters;
  }

  @Override
  public StreamMeter open(StreamPlan plan, int chains) {
    ModelMeters model = meters.model(plan.model().id());
    String ensemble = StreamBinding.canonical(plan.target());
    List<String> observables = plan.theory().observables();
    return switch (plan.exactness()) {
      case METROPOLIS, LANGEVIN_ADJUSTED ->
          chain(model.openChain(ensemble, chains, observables, plan.theory().sectors()));
      case REWEIGHT -> draws(model.openWeighted(ensemble, observables));
      case RAW -> draws(model.openUncorrected(ensemble, observables));
    };
  }

  private static StreamMeter chain(ChainStatistics statistics) {
    return new StreamMeter() {
      @Override
      public void configuration(boolean accepted, double logWeight, double[] observables) {
        statistics.state(accepted, logWeight, observables);
      }

      @Override
      public List<Alarm> alarms() {
        return statistics.alarms();
      }

      @Override
      public void close() {
        statistics.close();
      }
    };
  }

  private static StreamMeter draws(DrawStatistics statistics) {
    return new StreamMeter() {
      @Override
      public void configuration(boolean accepted, double logWeight, double[] observables) {
        statistics.draw(logWeight, observables);
      }

      @Override
      public List<Alarm> alarms() {
        return statistics.alarms();
      }

      @Override
      public void close() {
        statistics.close();
      }
    };
  }
}
