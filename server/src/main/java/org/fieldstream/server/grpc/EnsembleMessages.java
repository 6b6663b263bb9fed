package org.fieldstream.server.grpc;

import java.util.List;
import java.util.Map;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.server.ensemble.Batch;
import org.fieldstream.server.ensemble.EnsembleEstimates.Mean;
import org.fieldstream.server.ensemble.EnsembleSpec;
import org.fieldstream.server.ensemble.Push;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.v1.ConfigurationBatch;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.Estimate;
import org.fieldstream.v1.PushResponse;
import org.fieldstream.v1.Refusal;

/** Ensembles as the API shows them, and back. */
final class EnsembleMessages {
  private EnsembleMessages() {}

  /** What a client says its ensemble is. */
  static EnsembleSpec spec(EnsembleHeader header) {
    Exactness exactness = Requests.exactness(header.getExactness(), header.getExactnessValue());
    return new EnsembleSpec(
        header.getEnsemble(),
        Requests.target(header.getTarget()),
        Requests.precision(header.getDtype(), header.getDtypeValue()),
        exactness == null ? Exactness.METROPOLIS : exactness,
        header.getGenerator(),
        header.getFactsMap());
  }

  /** A batch of configurations. */
  static Batch batch(ConfigurationBatch batch) {
    return new Batch(
        batch.getReplica(),
        batch.getConfigurationIdsList().stream().mapToLong(Long::longValue).toArray(),
        batch.getShapeList(),
        batch.getActionList().stream().mapToDouble(Double::doubleValue).toArray(),
        batch.getLogWeightList().stream().mapToDouble(Double::doubleValue).toArray(),
        batch.getCrc32C(),
        batch.getFields().asReadOnlyByteBuffer());
  }

  /** What became of a push. */
  static PushResponse response(Push.Summary summary, Map<String, Mean> means, List<Alarm> alarms) {
    PushResponse.Builder response =
        PushResponse.newBuilder()
            .setEnsemble(summary.ensemble().spec().name())
            .setReceived(summary.received())
            .setStored(summary.stored())
            .setDuplicates(summary.duplicates())
            .setRefused(summary.refused())
            .setSize(summary.ensemble().size());
    for (Push.Refused refused : summary.refusals()) {
      response.addRefusals(
          Refusal.newBuilder()
              .setConfigurationId(refused.id())
              .setReplica(refused.replica())
              .setReason(refused.reason()));
    }
    if (!Double.isNaN(summary.worstActionDeviation())) {
      response.setWorstActionDeviation(summary.worstActionDeviation());
    }
    means.forEach((name, mean) -> response.putEstimates(name, estimate(mean)));
    for (Alarm alarm : alarms) {
      response.addAlarms(AlarmMessages.of(alarm));
    }
    return response.build();
  }

  private static Estimate estimate(Mean mean) {
    Estimate.Builder estimate = Estimate.newBuilder().setMean(mean.mean()).setCount(mean.count());
    if (!Double.isNaN(mean.error())) {
      estimate.setError(mean.error());
    }
    if (!Double.isNaN(mean.errorOfError())) {
      estimate.setErrorOfError(mean.errorOfError());
    }
    if (!Double.isNaN(mean.tauInt())) {
      estimate.setTauInt(mean.tauInt());
    }
    if (!Double.isNaN(mean.tauIntError())) {
      estimate.setTauIntError(mean.tauIntError());
    }
    if (!Double.isNaN(mean.effectiveSampleSize())) {
      estimate.setEffectiveSampleSize(mean.effectiveSampleSize());
    }
    return estimate.build();
  }
}
