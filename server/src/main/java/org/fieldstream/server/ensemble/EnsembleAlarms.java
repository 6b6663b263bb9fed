package org.fieldstream.server.ensemble;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.monitoring.alarms.Sectors;
import org.fieldstream.monitoring.alarms.SeriesWatch;
import org.fieldstream.monitoring.alarms.WeightWatch;
import org.fieldstream.monitoring.alarms.WorstAlarms;
import org.fieldstream.server.generator.Exactness;

/** What looks wrong with a stored ensemble. */
final class EnsembleAlarms {
  private final Ensemble ensemble;

  EnsembleAlarms(Ensemble ensemble) {
    this.ensemble = ensemble;
  }

  /**
   * Of a weighted ensemble the weights are judged, of any other the series of the replicas.
   *
   * @param names some of the ensemble's observables
   * @param sectors what of an observable must move; nothing of those left out
   * @return at most one alarm of each kind, the worst
   */
  List<Alarm> of(List<String> names, Map<String, Sectors> sectors) {
    WorstAlarms worst = new WorstAlarms();
    if (ensemble.spec().exactness() == Exactness.REWEIGHT) {
      double[] logWeights = new double[ensemble.size()];
      Arrays.setAll(logWeights, ensemble::logWeight);
      // Weights that are all 0 have no estimate either.
      if (Arrays.stream(logWeights).anyMatch(Double::isFinite)) {
        worst.add(WeightWatch.of(logWeights));
      }
      return worst.list();
    }
    int most = ensemble.columnsAtATime();
    for (int first = 0; first < names.size() && ensemble.size() > 0; first += most) {
      List<String> some = names.subList(first, Math.min(names.size(), first + most));
      double[][] columns = ensemble.measured(some);
      for (int k = 0; k < some.size(); k++) {
        String name = some.get(k);
        worst.add(
            SeriesWatch.of(name, sectors.getOrDefault(name, Sectors.NONE), replicas(columns[k])));
      }
    }
    return worst.list();
  }

  private double[][] replicas(double[] column) {
    List<double[]> replicas = new ArrayList<>();
    for (int[] range : ensemble.replicas()) {
      replicas.add(Arrays.copyOfRange(column, range[0], range[1]));
    }
    return replicas.toArray(double[][]::new);
  }
}
