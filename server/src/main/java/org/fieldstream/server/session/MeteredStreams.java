package org.fieldstream.server.session;

import java.util.List;
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
  public MeteredStream open(StreamPlan plan, int chains) {
    ModelMeters model = meters.model(plan.model().id());
    String ensemble = StreamBinding.canonical(plan.target());
    List<String> observables = plan.theory().observables();
    return new MeteredStream(
        switch (plan.exactness()) {
          case METROPOLIS, LANGEVIN_ADJUSTED ->
              model.openChain(ensemble, chains, observables, plan.theory().sectors());
          case REWEIGHT -> model.openWeighted(ensemble, observables);
          case RAW -> model.openUncorrected(ensemble, observables);
        });
  }
}
