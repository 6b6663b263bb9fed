package org.fieldstream.server.model;

import java.util.LinkedHashMap;
import java.util.Map;

/** The facts of a model file that the registry shows, by the keys of {@link FactKeys}. */
final class ModelFacts {
  private ModelFacts() {}

  static Map<String, String> of(ModelDescription d, int parameters, int burnIn) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put(FactKeys.PARAMETER_COUNT, String.valueOf(parameters));
    facts.put(FactKeys.BURN_IN, String.valueOf(burnIn));
    d.architecture()
        .forEach((key, value) -> facts.put("architecture." + key, String.valueOf(value)));
    ModelDescription.Quality quality = d.quality();
    if (quality != null) {
      facts.put(FactKeys.ESS_FRACTION, String.valueOf(quality.ess()));
      facts.put(FactKeys.SAMPLE_COUNT, String.valueOf(quality.samples()));
      facts.put(FactKeys.ACCEPTANCE, String.valueOf(quality.acceptance()));
      facts.put(FactKeys.LOG_WEIGHT_VARIANCE, String.valueOf(quality.logWeightVariance()));
      Double error = quality.integrationError();
      if (error != null) {
        facts.put(FactKeys.INTEGRATION_ERROR, error.toString());
      }
    }
    ModelDescription.Training training = d.training();
    if (training != null) {
      facts.put(FactKeys.TRAINING_COMMAND, training.command());
      facts.put(FactKeys.TRAINING_SEED, String.valueOf(training.seed()));
      facts.put(FactKeys.TRAINING_STEPS, String.valueOf(training.steps()));
      facts.put(FactKeys.TRAINING_BATCH_SIZE, String.valueOf(training.batch()));
      facts.put(FactKeys.TRAINING_FINAL_LOSS, String.valueOf(training.finalLoss()));
      facts.put(FactKeys.TRAINING_SECONDS, String.valueOf(training.seconds()));
    }
    ModelDescription.Import imported = d.imported();
    if (imported != null) {
      facts.put(FactKeys.IMPORT_COMMAND, imported.command());
      facts.put(FactKeys.IMPORT_SHA256, imported.sha256());
      facts.put(FactKeys.INVERSE_ERROR, String.valueOf(imported.inverseError()));
    }
    Map<String, ModelDescription.Certified> certificates = d.certificates();
    if (certificates != null) {
      certificates.forEach(
          (exactness, c) -> facts.put(FactKeys.CERTIFICATE + exactness, c.sentence()));
    }
    Map<String, String> noted = d.facts();
    if (noted != null) {
      noted.forEach(facts::putIfAbsent);
    }
    return facts;
  }
}
