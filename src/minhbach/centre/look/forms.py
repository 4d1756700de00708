"""Forms drawn with our components: `{{ form }}` and `{{ form.name.as_field_group }}` need no markup of their own."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Django's own renderer over the project's templates, with our form and field."""

    form_template_name = "components/form.html"
    field_template_name = "components/field.html"
