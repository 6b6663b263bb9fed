package org.fieldstream.client;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/**
 * The client knows the API and the statistics, nothing of the server; the SDK nothing of the
 * command line.
 */
@AnalyzeClasses(packages = "org.fieldstream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
  @ArchTest
  static final ArchRule CLIENT_KNOWS_NO_SERVER =
      noClasses()
          .that()
          .resideInAPackage("org.fieldstream.client..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.fieldstream.server..", "org.fieldstream.kernels..");

  @ArchTest
  static final ArchRule SDK_KNOWS_NO_COMMAND_LINE =
      noClasses()
          .that()
          .resideInAPackage("org.fieldstream.client.sdk..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.fieldstream.client.cli..", "picocli..", "me.tongfei..");
}
