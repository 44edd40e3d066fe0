namespace TinyNano.Surface.Tests;

/// <summary>Writes projects as Visual Studio's nanoFramework extension does.</summary>
internal static class SampleProjects
{
    public const string Mscorlib =
        "<Reference Include=\"mscorlib, Version=1.17.11.0, Culture=neutral, PublicKeyToken=c07d481e9758c731\">" +
        "<HintPath>..\\packages\\nanoFramework.CoreLibrary.1.17.11\\lib\\mscorlib.dll</HintPath></Reference>";

    public const string Packages =
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<packages><package id=\"nanoFramework.CoreLibrary\" version=\"1.17.11\" targetFramework=\"netnano1.0\" />{0}</packages>";

    /// <summary>A project NAME/NAME.nfproj with packages.config; <paramref name="items"/> are its items but for mscorlib.</summary>
    public static string Add(TemporaryFolder folder, string name, string items, string properties = "", string packages = "", string reference = Mscorlib)
    {
        folder.Write($"{name}/packages.config", Packages.Replace("{0}", packages, StringComparison.Ordinal));
        return folder.Write($"{name}/{name}.nfproj", $"""
            <?xml version="1.0" encoding="utf-8"?>
            <Project ToolsVersion="Current" DefaultTargets="Build" xmlns="http://schemas.microsoft.com/developer/msbuild/2003">
              <PropertyGroup Label="Globals">
                <NanoFrameworkProjectSystemPath>$(MSBuildExtensionsPath)\nanoFramework\v1.0\</NanoFrameworkProjectSystemPath>
              </PropertyGroup>
              <Import Project="$(NanoFrameworkProjectSystemPath)NFProjectSystem.Default.props" Condition="Exists('$(NanoFrameworkProjectSystemPath)NFProjectSystem.Default.props')" />
              <PropertyGroup>
                <Configuration Condition=" '$(Configuration)' == '' ">Debug</Configuration>
                <OutputType>Library</OutputType>
                <AssemblyName>{name}</AssemblyName>
                <TargetFrameworkVersion>v1.0</TargetFrameworkVersion>
                {properties}
              </PropertyGroup>
              <ItemGroup>
                {items}
              </ItemGroup>
              <ItemGroup>
                {reference}
              </ItemGroup>
              <Import Project="$(NanoFrameworkProjectSystemPath)NFProjectSystem.CSharp.targets" Condition="Exists('$(NanoFrameworkProjectSystemPath)NFProjectSystem.CSharp.targets')" />
            </Project>
            """);
    }
}
