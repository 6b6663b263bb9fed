package org.fieldstream.server.grpc;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.fieldstream.monitoring.alarms.Alarm;
import org.fieldstream.server.certify.Certificate;
import org.fieldstream.server.certify.Decision;
import org.fieldstream.server.ensemble.Batch;
import org.fieldstream.server.ensemble.Ensemble;
import org.fieldstream.server.ensemble.EnsembleEstimates.Mean;
import org.fieldstream.server.ensemble.EnsembleSpec;
import org.fieldstream.server.ensemble.Push;
import org.fieldstream.server.generator.Exactness;
import org.fieldstream.v1.CertificateTest;
import org.fieldstream.v1.ConfigurationBatch;
import org.fieldstream.v1.DetectableBias;
import org.fieldstream.v1.EnsembleHeader;
import org.fieldstream.v1.Estimate;
import org.fieldstream.v1.PushResponse;
import org.fieldstream.v1.Refusal;
import org.fieldstream.v1.Verdict;

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

  /** A stored ensemble. */
  static org.fieldstream.v1.Ensemble of(Ensemble ensemble, Optional<Certificate> certificate) {
    EnsembleSpec spec = ensemble.spec();
    org.fieldstream.v1.Ensemble.Builder message =
        org.fieldstream.v1.Ensemble.newBuilder()
            .setName(spec.name())
            .setTarget(Requests.target(spec.target()))
            .setDtype(Requests.dtype(spec.precision()))
            .setExactness(Requests.exactness(spec.exactness()))
            .setGenerator(spec.generator())
            .putAllFacts(spec.facts())
            .setSize(ensemble.size())
            .setReplicas(ensemble.replicas().size())
            .setBytes(ensemble.bytes());
    certificate.map(EnsembleMessages::certificate).ifPresent(message::setCertificate);
    return message.build();
  }

  /** A certificate. */
  static org.fieldstream.v1.Certificate certificate(Certificate certificate) {
    Instant time = Instant.parse(certificate.time());
    org.fieldstream.v1.Certificate.Builder message =
        org.fieldstream.v1.Certificate.newBuilder()
            .setSubject(certificate.subject())
            .setTarget(Requests.target(certificate.target()))
            .setExactness(Requests.exactness(certificate.exactness()))
            .setVerdict(verdict(certificate.verdict()))
            .setSigmas(certificate.sigmas())
            .setThreshold(certificate.threshold())
            .setSentence(certificate.sentence())
            .setConfigurations(certificate.configurations())
            .setKernel(certificate.kernel())
            .setSteps(certificate.steps())
            .setSeed(certificate.seed())
            .setTime(
                Timestamp.newBuilder().setSeconds(time.getEpochSecond()).setNanos(time.getNano()));
    for (Certificate.Test test : certificate.tests()) {
      CertificateTest.Builder one =
          CertificateTest.newBuilder()
              .setName(test.name())
              .setStatement(test.statement())
              .setKind(test.kind())
              .setEffectiveSampleSize(test.effective())
              .setSigmas(test.sigmas())
              .setDecided(test.decided());
      if (test.value() != null) {
        one.setValue(test.value());
      }
      if (test.error() != null) {
        one.setError(test.error());
      }
      message.addTests(one);
    }
    for (Certificate.Bias bias : certificate.detectableBiases()) {
      message.addDetectableBiases(
          DetectableBias.newBuilder()
              .setObservable(bias.observable())
              .setMean(bias.mean())
              .setBias(bias.bias())
              .setBiasInDeviations(bias.biasInDeviations()));
    }
    return message.build();
  }

  private static Verdict verdict(Decision.Verdict verdict) {
    return switch (verdict) {
      case PASSED -> Verdict.VERDICT_PASSED;
      case REFUSED -> Verdict.VERDICT_REFUSED;
      case UNDECIDED -> Verdict.VERDICT_UNDECIDED;
    };
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
